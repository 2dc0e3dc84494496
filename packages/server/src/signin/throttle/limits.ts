/** Which limit refused, as events, problems and `RateLimit` headers name it. A closed list. */
export type LimitName =
  | "account_wait"
  | "account_off"
  | "address"
  | "network"
  | "sign_up_address"
  | "sign_up_network"
  | "mail_mailbox"
  | "reset_mailbox"
  | "mail_address"
  | "link_address";

/** Every number of the throttle; spans in milliseconds. The defaults and their bounds stand in `config/throttleOptions`. */
export type ThrottleLimits = {
  /** Failures in a row on one account, from devices that it does not know. */
  readonly account: {
    /** So many cost no wait. */
    readonly freeFailures: number;
    /** The wait after the last free failure; it doubles with each further one. */
    readonly firstWait: number;
    readonly longestWait: number;
    /** An address that did not fail on the account for so long may try once although the account waits. */
    readonly freshAddressAfter: number;
    /** At so many failures in a row, those of known devices included, the password alone is no longer enough. */
    readonly maxFailures: number;
  };
  readonly knownDevice: {
    /** Failures of one device within `within`. */
    readonly failures: number;
    readonly within: number;
    /** How many of `account.maxFailures` are kept for the account's known devices. */
    readonly share: number;
  };
  /** Failed sign-ins from one IPv4 address or IPv6 /64. */
  readonly address: { readonly failures: number; readonly within: number };
  /** Failed sign-ins from one IPv4 /24 or IPv6 /48. */
  readonly network: { readonly failures: number; readonly within: number };
  readonly signUp: { readonly perAddress: number; readonly perNetwork: number; readonly within: number };
  /** Mails that a stranger can cause: to one mailbox, and asked for from one address. */
  readonly mail: { readonly perMailbox: number; readonly perAddress: number; readonly within: number };
  /** One-time links that were none, from one address. */
  readonly links: { readonly failures: number; readonly within: number };
  /** Unknown access and refresh tokens from one address, until an event says so. */
  readonly tokens: { readonly unknown: number; readonly within: number };
  /** Different accounts that one address, or everybody together, fails on until an event says so. */
  readonly spray: { readonly accountsPerAddress: number; readonly accounts: number; readonly within: number };
};

/** A refusal: which limit, when to come back, and the quota as `RateLimit-Policy` has it. It says nothing about whether there is such an account. */
export type Limited = {
  readonly admitted: false;
  readonly reason: "rate_limited";
  readonly limit: LimitName;
  /** Whole seconds, at least one. */
  readonly retryAfterSeconds: number;
  readonly quota: number;
  readonly windowSeconds: number;
};

/** The refusal of a limit that lets `quota` through in `windowMs`, and the next in `msLeft`. */
export const limited = (
  limit: LimitName,
  { quota, windowMs, msLeft }: { readonly quota: number; readonly windowMs: number; readonly msLeft: number },
): Limited => ({
  admitted: false,
  reason: "rate_limited",
  limit,
  retryAfterSeconds: Math.max(1, Math.ceil(msLeft / 1000)),
  quota,
  windowSeconds: Math.ceil(windowMs / 1000),
});
