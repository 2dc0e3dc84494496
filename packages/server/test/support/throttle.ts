import assert from "node:assert/strict";
import { throttleOptions } from "../../src/config/throttleOptions.ts";
import type { SecurityEvent } from "../../src/event.ts";
import { canonicalEmail } from "../../src/people/email.ts";
import type { RequestContext } from "../../src/requestContext.ts";
import type { Admission, Admitted } from "../../src/signin/throttle/signInAdmission.ts";
import { createThrottle, type Throttle } from "../../src/signin/throttle/throttle.ts";
import { memory } from "../../src/store/memory/memory.ts";
import type { Store } from "../../src/store/ports.ts";
import { realWorld, type World } from "../../src/world.ts";

/** Options as they are written. */
export type GivenLimits = Parameters<typeof throttleOptions.parse>[0];

/** What was told, with the address that it was told with. */
export type Told = SecurityEvent & Pick<RequestContext, "address">;

/** A throttle whose time the test owns. */
export type Bench = {
  readonly throttle: Throttle;
  readonly store: Store;
  readonly told: readonly Told[];
  readonly world: World;
  readonly advance: (ms: number) => void;
  /** A try with a wrong password: true if the password would have been looked at. */
  readonly fail: (attempt: Try) => Promise<boolean>;
  /** A try with the right password: true if it got in. */
  readonly succeed: (attempt: Try) => Promise<boolean>;
  readonly tryOnce: (attempt: Try) => Promise<Admission>;
  /** A try with a wrong password that must be admitted, and how many are said to be left after it. */
  readonly leftAfter: (attempt: Try) => Promise<number | undefined>;
};

/** Who tries; alice from nowhere in particular if nothing is said. */
export type Try = {
  readonly email?: string;
  readonly from?: string | undefined;
  readonly device?: string;
  readonly accountId?: string;
};

/** Spans in milliseconds. */
export const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000] as const;

/** Opens a throttle with the defaults, on a memory store unless another is given. */
export async function openThrottle(given: GivenLimits = {}, opened?: Store): Promise<Bench> {
  let now = 1_800_000_000_000;
  const world: World = { ...realWorld, now: () => now, monotonic: () => now };
  const store = opened ?? (await memory().open(world));
  const told: Told[] = [];
  const throttle = createThrottle({
    counters: store.counters,
    world,
    limits: throttleOptions.parse(given),
    secret: Buffer.alloc(32, "throttle"),
    refused: (event, { address }) => told.push({ ...event, address }),
  });
  const tryOnce = ({ email = "alice@example.com", from, ...rest }: Try): Promise<Admission> =>
    throttle.signIn({ email: emailOf(email), client: from, ...rest });
  const settle = async (attempt: Try, how: (admission: Admitted) => Promise<void>): Promise<boolean> => {
    const admission = await tryOnce(attempt);
    if (admission.admitted) await how(admission);
    return admission.admitted;
  };
  return {
    throttle,
    store,
    told,
    world,
    tryOnce,
    advance: (ms) => {
      now += ms;
    },
    fail: (attempt) => settle(attempt, ({ failed }) => failed()),
    leftAfter: async (attempt) => {
      const admission = await tryOnce(attempt);
      assert.ok(admission.admitted, "it was refused");
      await admission.failed();
      return admission.triesLeft;
    },
    succeed: (attempt) => settle(attempt, ({ succeeded }) => succeeded()),
  };
}

/** An email that is known to be one. */
export function emailOf(text: string): Parameters<Throttle["recovered"]>[0] {
  const email = canonicalEmail(text);
  assert.ok(email.ok);
  return email.value;
}

/** How often something happens when it is done so many times, one after the other. */
export async function times(count: number, once: (index: number) => Promise<boolean>): Promise<number> {
  let happened = 0;
  for (let index = 0; index < count; index += 1) if (await once(index)) happened += 1;
  return happened;
}

/** The refusal of an attempt that must be one. */
export async function refusalOf(
  outcome: Promise<{ readonly admitted: boolean }>,
): Promise<Extract<Admission, { admitted: false }>> {
  const settled = (await outcome) as Admission;
  assert.ok(!settled.admitted, "it was admitted");
  return settled;
}

/** An IPv4 address of its own for each number, each in a /24 of its own. */
export const addressOf = (index: number): string => `198.${18 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;

/** The same, where each stands alone in its /24. */
export const farAddressOf = (index: number): string => `${20 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.1`;
