import type { StoreFactory } from "cardea";
import type { TestOptions } from "cardea/testing";
import { changingOptions } from "./changing.ts";

/** The same issuer, where a person has at most one session: two that are alive are one too many. */
export const oneSessionOptions = (factory: StoreFactory): TestOptions => {
  const options = changingOptions(factory);
  return { ...options, session: { ...options.session, max: 1 } };
};
