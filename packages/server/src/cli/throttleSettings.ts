import type { Setting } from "./setting.ts";

const count = (name: string, about: string, value: number): Setting => ({
  name: `throttle.${name}`,
  kind: "number",
  about: `${about} (default ${value})`,
});

const span = (name: string, about: string, value: string): Setting => ({
  name: `throttle.${name}`,
  kind: "duration",
  about: `${about} (default ${value})`,
});

/** The limits against guessing and flooding, by what they count. */
export const throttleSettings: readonly Setting[] = [
  count("account.freeFailures", "failed sign-ins on an account without a wait", 5),
  span("account.firstWait", "wait after the last free failure; it doubles", "30s"),
  span("account.longestWait", "the longest wait", "15m"),
  span("account.freshAddressAfter", "when an address without failures may try all the same", "15m"),
  count("account.maxFailures", "failures in a row until a reset is needed", 100),
  count("knownDevice.failures", "failures of a known device", 10),
  span("knownDevice.within", "the span they are counted in", "15m"),
  count("knownDevice.share", "failures in a row that are kept for known devices", 20),
  count("address.failures", "failed sign-ins from an address", 20),
  span("address.within", "the span they are counted in", "15m"),
  count("network.failures", "failed sign-ins from a network", 100),
  span("network.within", "the span they are counted in", "15m"),
  count("signUp.perAddress", "sign-ups from an address", 10),
  count("signUp.perNetwork", "sign-ups from a network", 50),
  span("signUp.within", "the span they are counted in", "1h"),
  count("mail.perMailbox", "mails to one mailbox that strangers can cause", 5),
  count("mail.perAddress", "mails that one address can cause", 20),
  span("mail.within", "the span they are counted in", "1h"),
  count("links.failures", "wrong one-time links from an address", 20),
  span("links.within", "the span they are counted in", "15m"),
  count("tokens.unknown", "unknown tokens from an address until an event tells", 1000),
  span("tokens.within", "the span they are counted in", "15m"),
  count("spray.accountsPerAddress", "accounts that an address failed on until an event tells", 15),
  count("spray.accounts", "accounts that anybody failed on until an event tells", 500),
  span("spray.within", "the span they are counted in", "15m"),
];
