import { test } from "node:test";
import type { Account, OpaqueToken, Session, Store } from "../ports.ts";

/** Opens a fresh, empty store. */
export type OpenStore = () => Promise<Store>;

/** Registers one rule of the suite: a test that gets a store of its own. */
export function rule(name: string, text: string, open: OpenStore, check: (store: Store) => Promise<void>): void {
  test(`${name}: ${text}`, async () => {
    const store = await open();
    try {
      await check(store);
    } finally {
      await store.close();
    }
  });
}

/** The instant at which the suite's rows are made. */
export const instant = 1_800_000_000_000;

/** An account of the suite; ids and addresses follow the name. */
export const account = (name: string): Account => ({
  id: `account-${name}`,
  email: `${name}@example.com`,
  passwordHash: `hash-of-${name}`,
  roles: ["reader", "writer"],
  createdAt: instant,
});

/** A session of the suite. */
export const session = (id: string, accountId: string): Session => ({
  id,
  accountId,
  createdAt: instant,
  lastUsedAt: instant,
  idleEndsAt: instant + 1000,
  absoluteEndsAt: instant + 5000,
  amr: ["pwd"],
  userAgent: "conformance",
  generation: 0,
  rotatedAt: instant,
});

/** Inserts an account and starts one session of it. */
export async function startSession(store: Store, id: string, owner: Account, token?: OpaqueToken): Promise<void> {
  await store.accounts.insert(owner);
  await store.sessions.start(owner.id, () => ({
    answer: undefined,
    write: session(id, owner.id),
    ...(token ? { token } : {}),
  }));
}

/** Runs the same work twenty times at once. */
export const twenty = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 20 }, (_, index) => work(index)));
