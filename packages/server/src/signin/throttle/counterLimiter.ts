import { RateLimiterRes, type RateLimiterStoreAbstract } from "rate-limiter-flexible";
// @ts-expect-error The library asks that limiters extend this class and types it at its door, but hands it out only here.
import storeAbstract from "rate-limiter-flexible/lib/RateLimiterStoreAbstract.js";
import type { SecurityEvent } from "../../event.ts";
import { StoreBusyError } from "../../refusal.ts";
import { noRequest, type RequestContext } from "../../requestContext.ts";
import type { Counter, CounterStore } from "../../store/ports.ts";
import type { World } from "../../world.ts";

/** What all limits share: where they count, by which clock, and whom they tell what they refused or saw. */
export type Counting = {
  readonly counters: CounterStore;
  readonly world: World;
  readonly refused: (event: SecurityEvent, context: RequestContext) => void;
};

const StoreLimiter: typeof RateLimiterStoreAbstract = storeAbstract;

/**
 * A limiter of `rate-limiter-flexible` over our counters: one path for every store, by the clock of the World. The library's own
 * `inMemoryBlock…` and `execEvenly` run by the system's clock, so they are not offered. `penalty` takes `{ restart: true }`
 * to move the end of a running counter. Points that are given back never start a counter: a window that is over stays over.
 * Throws `StoreBusyError` when the store cannot count, so that guessing stops with the counting.
 */
export class CounterLimiter extends StoreLimiter {
  readonly #counting: Counting;

  constructor(
    counting: Counting,
    limit: { readonly name: string; readonly points: number; readonly windowMs: number },
  ) {
    super({
      storeClient: counting.counters,
      keyPrefix: `throttle:${limit.name}`,
      points: limit.points,
      duration: limit.windowMs / 1000,
    });
    this.#counting = counting;
  }

  _upsert(key: string, points: number, ms: number, replace: boolean, options: { restart?: boolean }): Promise<Counter> {
    const { counters, world } = this.#counting;
    const now = world.now();
    const endsAt = points < 0 ? now : now + Math.round(ms);
    return this.#ask(async () => {
      if (replace) await counters.remove(key);
      return counters.add(key, points, { now, endsAt, restart: options.restart ?? false });
    });
  }

  _get(key: string): Promise<Counter | undefined> {
    return this.#ask(() => this.#counting.counters.find(key, this.#counting.world.now()));
  }

  async _delete(key: string): Promise<boolean> {
    await this.#ask(() => this.#counting.counters.remove(key));
    return true;
  }

  _getRateLimiterRes(_key: string, changed: number, { points, endsAt }: Counter): RateLimiterRes {
    const msLeft = Math.max(endsAt - this.#counting.world.now(), 0);
    return new RateLimiterRes(Math.max(this.points - points, 0), msLeft, points, points === changed);
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof StoreBusyError) throw error;
      this.#counting.refused({ type: "fault", where: "counting attempts", error }, noRequest);
      throw new StoreBusyError("Attempts cannot be counted at the moment.", { cause: error });
    }
  }
}
