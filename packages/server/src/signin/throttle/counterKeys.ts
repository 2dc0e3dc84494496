import { createHmac, createSecretKey } from "node:crypto";
import type { CanonicalEmail } from "../../people/email.ts";
import { readIpAddress } from "./ipAddress.ts";

/** What counters are kept under. Emails are canonical, so that all spellings of one share a counter. */
export type CounterKeys = {
  readonly account: (email: CanonicalEmail) => string;
  readonly mailbox: (email: CanonicalEmail) => string;
  /** Of the two blocks that a client's address is in; undefined where the address is not known. */
  readonly source: (client: string | undefined) => Source;
};

/** Where an attempt comes from, as keys. */
export type Source = { readonly address: string | undefined; readonly network: string | undefined };

/** Keys are MACs under `secret`, which is for them alone, since a plain hash of an address is soon guessed: who reads the counters learns no email and no client. */
export function createCounterKeys(secret: Uint8Array): CounterKeys {
  const key = createSecretKey(secret);
  const mac = (kind: string, text: string): string =>
    createHmac("sha256", key).update(`${kind}\n${text}`).digest("base64url");
  return {
    account: (email) => mac("account", email),
    mailbox: (email) => mac("mailbox", email),
    source: (client) => {
      const ip = client === undefined ? undefined : readIpAddress(client);
      return { address: ip && mac("address", ip.address), network: ip && mac("network", ip.network) };
    },
  };
}
