import { account } from "../../src/store/conformance/subject.ts";
import type { Store } from "../../src/store/ports.ts";

/** A session's entry that lives long. */
export const sessionEntry = (key: string) => ({ kind: "session", key, expiresAt: 1_900_000_000_000 }) as const;

/** Each call of a store that adds an entry to its log, one a call; to be made in this order, on a store where nobody is "new". */
export const revokingCalls = (store: Store): readonly (() => Promise<unknown>)[] => [
  () => store.revocations.append([sessionEntry("append")]),
  () =>
    store.people.register("new@example.com", () => ({
      answer: 0,
      account: account("new"),
      revocations: [sessionEntry("register")],
    })),
  () => store.people.change({ accountId: "account-new" }, () => ({ answer: 0, revocations: [sessionEntry("change")] })),
  () => store.keys.change(() => ({ answer: 0, revocations: [sessionEntry("keys")] })),
];
