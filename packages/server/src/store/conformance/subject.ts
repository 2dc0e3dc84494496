import { test } from "node:test";
import type { Account, AuditRecord, OneTimeLink, OpaqueToken, Session, Store, WaitingMail } from "../ports.ts";

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
  emailVerifiedAt: undefined,
  passwordHash: `hash-of-${name}`,
  passwordChangedAt: instant,
  roles: ["reader", "writer"],
  fields: { plan: "free", seats: 3, nested: { list: [1, null, "ü", true] } },
  createdAt: instant,
  disabledAt: undefined,
});

/** A session of the suite. */
export const session = (id: string, accountId: string): Session => ({
  id,
  accountId,
  createdAt: instant,
  lastUsedAt: instant,
  idleEndsAt: instant + 1000,
  absoluteEndsAt: instant + 5000,
  authenticatedAt: instant,
  amr: ["pwd"],
  transport: "bearer",
  userAgent: "conformance",
  address: "2001:db8::1",
  generation: 0,
  rotatedAt: instant,
});

/** A token of a session. */
export const token = (hash: string, sessionId: string, expiresAt = instant + 100): OpaqueToken => ({
  hash,
  sessionId,
  expiresAt,
});

/** A link to an account of the suite. */
export const link = (hash: string, owner: Account, rest: Partial<OneTimeLink> = {}): OneTimeLink => ({
  hash,
  purpose: "reset_password",
  accountId: owner.id,
  email: owner.email,
  createdAt: instant,
  expiresAt: instant + 1000,
  ...rest,
});

/** A waiting mail. */
export const mail = (id: string, rest: Partial<WaitingMail> = {}): WaitingMail => ({
  id,
  sealed: `sealed-${id}`,
  createdAt: instant,
  attempts: 0,
  dueAt: instant,
  ...rest,
});

/** A line of the audit trail. */
export const record = (id: string, rest: Partial<AuditRecord> = {}): AuditRecord => ({
  id,
  at: instant,
  type: "signed_in",
  outcome: "done",
  actor: undefined,
  accountId: "account-ada",
  sessionId: undefined,
  address: undefined,
  userAgent: "conformance",
  details: { method: "pwd" },
  ...rest,
});

/** Makes an account. */
export async function register(store: Store, owner: Account): Promise<void> {
  await store.people.register(owner.email, () => ({ answer: undefined, account: owner }));
}

/** Makes an account unless it is there, and starts one session of it. */
export async function startSession(
  store: Store,
  id: string,
  owner: Account,
  tokens: OpaqueToken[] = [],
): Promise<void> {
  await store.people.register(owner.email, (existing) =>
    existing ? { answer: undefined } : { answer: undefined, account: owner },
  );
  const sessions = [session(id, owner.id)];
  await store.people.change({ accountId: owner.id }, () => ({ answer: undefined, sessions, tokens }));
}

/** Runs the same work twenty times at once. */
export const twenty = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 20 }, (_, index) => work(index)));
