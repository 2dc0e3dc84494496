import { isIPv4, isIPv6 } from "node:net";
import type { Duration } from "@cardea/verifier";
import { z } from "zod";
import type { TrustProxy } from "../http/clientAddress.ts";
import type { ThrottleLimits } from "../signin/throttle/limits.ts";
import { duration } from "./duration.ts";

/** Limits against guessing and flooding; see `docs/security/abuse.md` for what each is for. */
export type ThrottleOptions = {
  /** Failed sign-ins in a row on one account, from devices that it does not know. */
  readonly account?: {
    /** Without a wait; 1 to 20, default 5. */
    readonly freeFailures?: number;
    /** After the last free one; doubles with each further one. `1s` to `1h`, default `30s`. */
    readonly firstWait?: Duration;
    /** `1s` to `1h`, default `15m`. */
    readonly longestWait?: Duration;
    /** An address without a failure on the account for so long may try once although it waits. `1m` to `24h`, default `15m`. */
    readonly freshAddressAfter?: Duration;
    /** Failures in a row, known devices' included, until only a reset or a known device helps. 10 to 100 (NIST), default 100. */
    readonly maxFailures?: number;
  };
  /** Devices that signed in to the account before: failures of one (1 to 100, default 10) within (default `15m`), and the share of `account.maxFailures` that is kept for them (1 to 50, default 20). */
  readonly knownDevice?: { readonly failures?: number; readonly within?: Duration; readonly share?: number };
  /** Failed sign-ins from one IPv4 address or IPv6 /64: 1 to 100,000, default 20 within `15m`. */
  readonly address?: { readonly failures?: number; readonly within?: Duration };
  /** Failed sign-ins from one IPv4 /24 or IPv6 /48: 1 to 100,000, default 100 within `15m`. */
  readonly network?: { readonly failures?: number; readonly within?: Duration };
  /** Sign-ups: default 10 per address and 50 per network within `1h`. */
  readonly signUp?: { readonly perAddress?: number; readonly perNetwork?: number; readonly within?: Duration };
  /** Mails that strangers can cause: default 5 to one mailbox, silently, and 20 asked for from one address, within `1h`. */
  readonly mail?: { readonly perMailbox?: number; readonly perAddress?: number; readonly within?: Duration };
  /** One-time links that were none, from one address: default 20 within `15m`. */
  readonly links?: { readonly failures?: number; readonly within?: Duration };
  /** Unknown tokens from one address until an event says so: default 1000 within `15m`. */
  readonly tokens?: { readonly unknown?: number; readonly within?: Duration };
  /** Different accounts failed on until an event says so: default 15 by one address, 500 by everybody, within `15m`. */
  readonly spray?: { readonly accountsPerAddress?: number; readonly accounts?: number; readonly within?: Duration };
};

const count = (min: number, max: number): z.ZodNumber =>
  z
    .number(`Use ${min} to ${max}.`)
    .int(`Use ${min} to ${max}.`)
    .min(min, `Use ${min} to ${max}.`)
    .max(max, `Use ${min} to ${max}.`);

const many = count(1, 100_000);
const wait = duration({ min: "1s", max: "1h" });
const window = duration({ min: "1m", max: "24h" });

/** Checks `throttle`. */
export const throttleOptions = z
  .strictObject({
    account: z
      .strictObject({
        freeFailures: count(1, 20).default(5),
        firstWait: wait.prefault("30s"),
        longestWait: wait.prefault("15m"),
        freshAddressAfter: window.prefault("15m"),
        maxFailures: count(10, 100).default(100),
      })
      .prefault({}),
    knownDevice: z
      .strictObject({
        failures: count(1, 100).default(10),
        within: window.prefault("15m"),
        share: count(1, 50).default(20),
      })
      .prefault({}),
    address: z.strictObject({ failures: many.default(20), within: window.prefault("15m") }).prefault({}),
    network: z.strictObject({ failures: many.default(100), within: window.prefault("15m") }).prefault({}),
    signUp: z
      .strictObject({ perAddress: many.default(10), perNetwork: many.default(50), within: window.prefault("1h") })
      .prefault({}),
    mail: z
      .strictObject({ perMailbox: many.default(5), perAddress: many.default(20), within: window.prefault("1h") })
      .prefault({}),
    links: z.strictObject({ failures: many.default(20), within: window.prefault("15m") }).prefault({}),
    tokens: z.strictObject({ unknown: many.default(1000), within: window.prefault("15m") }).prefault({}),
    spray: z
      .strictObject({
        accountsPerAddress: many.default(15),
        accounts: many.default(500),
        within: window.prefault("15m"),
      })
      .prefault({}),
  })
  .refine(({ account }) => account.firstWait <= account.longestWait, {
    path: ["account", "firstWait"],
    message: "It must not be longer than throttle.account.longestWait.",
  })
  .refine(({ account, knownDevice }) => account.freeFailures < account.maxFailures - knownDevice.share, {
    path: ["account", "maxFailures"],
    message: "It must leave more than throttle.account.freeFailures beside throttle.knownDevice.share.",
  }) satisfies z.ZodType<ThrottleLimits>;

const howToTrust =
  'Count the proxies that stand in front of the issuer (0 to 10; 0: none), or list their addresses, such as ["10.0.0.0/8"]. Trusting everybody would let anybody choose an address.';

/** Checks `trustProxy`: a number of proxies, or their addresses; whatever would trust everybody is refused. */
export const trustProxyOption: z.ZodType<TrustProxy, TrustProxy> = z
  .custom<number | readonly string[]>((given) => isCount(given) || isList(given), howToTrust)
  .optional();

const isCount = (given: unknown): boolean => Number.isInteger(given) && Number(given) >= 0 && Number(given) <= 10;

const isList = (given: unknown): boolean => Array.isArray(given) && given.length > 0 && given.every(isBlock);

/** An address, or a block of addresses that is not the whole Internet. */
function isBlock(text: unknown): boolean {
  if (typeof text !== "string") return false;
  const [address = "", prefix, ...more] = text.split("/");
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes("%") ? 128 : 0;
  if (bits === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits);
}
