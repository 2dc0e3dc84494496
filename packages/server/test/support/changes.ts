import type {
  Account,
  AuditRecord,
  OneTimeLink,
  Session,
  Store,
  StoredKey,
  WaitingMail,
} from "../../src/store/ports.ts";

/** When all of it happens, in milliseconds since the epoch. */
export const now = 1_800_000_000_000;

/** An account of that tag. */
export const accountOf = (tag: string): Account => ({
  id: `account-${tag}`,
  email: `${tag}@example.com`,
  emailVerifiedAt: undefined,
  passwordHash: "first hash",
  passwordChangedAt: now,
  roles: ["reader"],
  fields: { plan: "free" },
  createdAt: now,
  disabledAt: undefined,
});

/** A session of that account. */
export const sessionOf = (tag: string, name = "one"): Session => ({
  id: `session-${name}-${tag}`,
  accountId: `account-${tag}`,
  createdAt: now,
  lastUsedAt: now,
  idleEndsAt: now + 1_000_000,
  absoluteEndsAt: now + 9_000_000,
  authenticatedAt: now,
  amr: ["pwd"],
  transport: "bearer",
  userAgent: "test",
  address: "192.0.2.1",
  generation: 0,
  rotatedAt: now,
});

/** A link for that account. */
export const linkOf = (tag: string, purpose: OneTimeLink["purpose"]): OneTimeLink => ({
  hash: `link-${purpose}-${tag}`,
  purpose,
  accountId: `account-${tag}`,
  email: `${tag}@example.com`,
  createdAt: now,
  expiresAt: now + 1_000_000,
});

/** A mail to that person. */
export const mailOf = (tag: string, name = ""): WaitingMail => ({
  id: `mail-${name}${tag}`,
  sealed: "sealed",
  createdAt: now,
  attempts: 0,
  dueAt: now,
});

/** A record about that account. */
export const recordOf = (tag: string, type: string): AuditRecord => ({
  id: `record-${type}-${tag}`,
  at: now,
  type,
  outcome: "done",
  actor: undefined,
  accountId: `account-${tag}`,
  sessionId: undefined,
  address: undefined,
  userAgent: undefined,
  details: { tag },
});

/** A key of that tag. */
export const keyOf = (tag: string, name: string): StoredKey => ({
  kid: `key-${name}-${tag}`,
  purpose: "access",
  alg: "ES256",
  sealed: "sealed",
  createdAt: now,
  signsFrom: now,
  signsUntil: undefined,
  verifiesUntil: undefined,
  revokedAt: undefined,
});

/** Signs a person up. */
export const signUp = (store: Store, tag: string): Promise<string> =>
  store.people.register(`${tag}@example.com`, (existing) =>
    existing
      ? { answer: "known" }
      : {
          answer: "new",
          account: accountOf(tag),
          links: [linkOf(tag, "verify_email"), linkOf(tag, "reset_password"), linkOf(tag, "change_email")],
          mails: [mailOf(tag)],
          audit: [recordOf(tag, "signed_up")],
        },
  );

/** Makes a person with two sessions, who has asked for a link to reset the password and for another address. */
export async function newPerson(store: Store, tag: string): Promise<void> {
  await signUp(store, tag);
  await store.people.change({ accountId: `account-${tag}` }, () => ({
    answer: 0,
    sessions: [sessionOf(tag), sessionOf(tag, "two")],
    tokens: [{ sessionId: sessionOf(tag).id, hash: `token-first-${tag}`, expiresAt: now + 1000 }],
  }));
  await store.mails.remove(`mail-${tag}`);
}
