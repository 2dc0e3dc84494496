import type { WhenStale } from "@cardea/verifier";
import type { Watched } from "./messages.ts";
import type { Sandbox } from "./sandbox.ts";
import { sharedNow } from "./sharedClock.ts";

/** How the end of a token got from the issuer to its services, in milliseconds since the issuer was asked; null: it did not. */
export type Travel = {
  /** When the issuer was done. Null: nothing ended while it was watched. */
  readonly doneMs: number | null;
  readonly services: readonly {
    readonly service: string;
    readonly knewMs: number | null;
    readonly lastAcceptedMs: number | null;
    readonly refusedMs: number | null;
  }[];
};

/** Watches that have begun. */
export type Travels = {
  /** Begins one, and answers its number. */
  readonly begin: (sandbox: Sandbox, asked: { readonly token: string; readonly policy: WhenStale }) => number;
  /** What it saw, when it is over; undefined for a number that is not known any more. */
  readonly end: (id: number) => Promise<Travel | undefined>;
};

/** Keeps the latest few. */
export function createTravels(): Travels {
  const begun = new Map<number, Promise<Travel>>();
  let last = 0;
  return {
    begin: (sandbox, { token, policy }) => {
      const startedAt = sharedNow();
      const travel = sandbox.watch(token, policy).then((watched) => travelOf(watched, sandbox, startedAt));
      travel.catch(() => undefined);
      last += 1;
      begun.set(last, travel);
      begun.delete(last - 8);
      return last;
    },
    end: async (id) => begun.get(id),
  };
}

function travelOf(watched: readonly Watched[], { issuing }: Sandbox, startedAt: number): Travel {
  const ending = issuing.ending();
  const since = ending && ending.startedAt >= startedAt ? ending : undefined;
  const ms = (instant: number | undefined): number | null =>
    since === undefined || instant === undefined
      ? null
      : Math.max(0, Math.round((instant - since.startedAt) * 100) / 100);
  return {
    doneMs: ms(since?.doneAt),
    services: watched.map(({ service, knewAt, lastAcceptedAt, refusedAt }) => ({
      service,
      knewMs: ms(knewAt),
      lastAcceptedMs: ms(lastAcceptedAt),
      refusedMs: ms(refusedAt),
    })),
  };
}
