import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "cardea";

/** What was acknowledged: keys of revocations, and the head that the log answered with, where it did. */
export type Acknowledged = { readonly keys: readonly string[]; readonly head?: number };

/** How much a writer writes. */
export const changesOfAWriter = 40;

/**
 * One of several who write at once. By turns it appends to the log alone, several entries at a time, and makes accounts, with
 * entries in the same transaction. Each change is told once it is acknowledged.
 */
export async function write(store: Store, writer: number, tell: (acknowledged: Acknowledged) => void): Promise<void> {
  for (let change = 0; change < changesOfAWriter; change++) {
    const name = `w${writer}c${change}`;
    const acknowledged = await untilItHasTime(() => (change % 2 === 0 ? append(store, name) : signUp(store, name)));
    tell(acknowledged);
    const { head } = acknowledged;
    // What a lease rests on: a read that begins after the acknowledgement has its entry.
    if (head !== undefined) assert.ok((await untilItHasTime(() => store.revocations.read(head, 1))).head.pos >= head);
  }
}

async function append(store: Store, name: string): Promise<Acknowledged> {
  const keys = Array.from({ length: 9 }, (_, index) => `${name}e${index}`);
  const { pos } = await store.revocations.append(keys.map(revocation));
  return { keys, head: pos };
}

async function signUp(store: Store, name: string): Promise<Acknowledged> {
  const email = `${name}@example.com`;
  const keys = [`${name}first`, `${name}second`];
  const account = { ...nobody, id: name, email };
  await store.people.register(email, () => ({ answer: undefined, account, revocations: keys.map(revocation) }));
  return { keys };
}

const revocation = (key: string) => ({ kind: "session", key, expiresAt: 1_900_000_000_000 }) as const;

const nobody = {
  emailVerifiedAt: undefined,
  passwordHash: "none",
  passwordChangedAt: 0,
  roles: [],
  fields: {},
  createdAt: 0,
  disabledAt: undefined,
};

/** A store that is too busy says so, and has done nothing; whoever asked comes back. */
export async function untilItHasTime<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error && error.name === "StoreBusyError")) throw error;
    }
    await delay(5);
  }
}
