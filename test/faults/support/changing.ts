import type { StoreFactory } from "cardea";
import type { TestOptions } from "cardea/testing";

/** The password after so many changes. */
export const phrase = (passwords: number): string => `a phrase of several words, number ${passwords}`;

/** The issuer of the program and of those who look after it. Grace is long, so that no machine is too slow for it. */
export const changingOptions = (factory: StoreFactory): TestOptions => ({
  mode: "stateful",
  secret: new Uint8Array(32).map((_, index) => 5 * index + 3),
  session: { refreshGrace: "5m" },
  store: keepingMails(factory),
});

/** Mails are sent, and stay: each is a row of the change that caused it. */
const keepingMails = (factory: StoreFactory): StoreFactory => ({
  ...factory,
  open: async (world, options) => {
    const store = await factory.open(world, options);
    return { ...store, mails: { ...store.mails, remove: async () => undefined } };
  },
});
