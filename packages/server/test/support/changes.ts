import type {
  Account,
  AuditRecord,
  OneTimeLink,
  Session,
  Store,
  StoredKey,
  WaitingMail,
} from "../../src/store/ports.ts";

/** Something that happens to a person, as one change in several steps. `tag` is in every row that it is about. */
export type ChangeOfState = {
  readonly name: string;
  readonly prepare: (store: Store, tag: string) => Promise<unknown>;
  readonly run: (store: Store, tag: string) => Promise<unknown>;
};

const now = 1_800_000_000_000;

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

const linkOf = (tag: string, purpose: OneTimeLink["purpose"]): OneTimeLink => ({
  hash: `link-${purpose}-${tag}`,
  purpose,
  accountId: `account-${tag}`,
  email: `${tag}@example.com`,
  createdAt: now,
  expiresAt: now + 1_000_000,
});

const mailOf = (tag: string): WaitingMail => ({
  id: `mail-${tag}`,
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

const keyOf = (tag: string, name: string): StoredKey => ({
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

const ends = (session: Session) => ({ kind: "session", key: session.id, expiresAt: now + 9_000_000 }) as const;

/** Signs a person up. */
export const signUp = (store: Store, tag: string): Promise<string> =>
  store.people.register(`${tag}@example.com`, (existing) =>
    existing
      ? { answer: "known" }
      : {
          answer: "new",
          account: accountOf(tag),
          links: [linkOf(tag, "verify_email"), linkOf(tag, "reset_password")],
          mails: [mailOf(tag)],
          audit: [recordOf(tag, "signed_up")],
        },
  );

/** A person with two sessions, who has asked for a link to reset the password. */
async function person(store: Store, tag: string): Promise<void> {
  await signUp(store, tag);
  await store.people.change({ accountId: `account-${tag}` }, () => ({
    answer: 0,
    sessions: [sessionOf(tag), sessionOf(tag, "two")],
    tokens: [{ sessionId: sessionOf(tag).id, hash: `token-first-${tag}`, expiresAt: now + 1000 }],
  }));
  await store.mails.remove(`mail-${tag}`);
}

/** Every kind of change that a person, or the set of keys, goes through. */
export const changesOfState: readonly ChangeOfState[] = [
  { name: "sign-up", prepare: async () => undefined, run: signUp },
  {
    name: "sign-in, which ends the oldest session",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ accountId: `account-${tag}` }, ({ sessions: [oldest = sessionOf(tag)] }) => ({
        answer: 0,
        sessions: [sessionOf(tag, "three")],
        tokens: [{ sessionId: sessionOf(tag, "three").id, hash: `token-${tag}`, expiresAt: now + 1000 }],
        ended: [oldest.id],
        revocations: [ends(oldest)],
        audit: [recordOf(tag, "signed_in")],
      })),
  },
  {
    name: "refresh",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ sessionId: sessionOf(tag).id }, ({ sessions: [session = sessionOf(tag)] }) => ({
        answer: 0,
        sessions: [{ ...session, generation: session.generation + 1, rotatedAt: now + 1 }],
        tokens: [{ sessionId: session.id, hash: `token-${tag}`, expiresAt: now + 1000 }],
      })),
  },
  {
    name: "change of the password",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ accountId: `account-${tag}` }, ({ account, sessions }) => ({
        answer: 0,
        account: { ...account, passwordHash: "second hash", passwordChangedAt: now + 1 },
        ended: sessions.map(({ id }) => id),
        dropLinks: { accountId: account.id, purposes: ["reset_password"] },
        revocations: sessions.map(ends),
        mails: [mailOf(tag)],
        audit: [recordOf(tag, "password_changed")],
      })),
  },
  {
    name: "reset of the password by a link",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ linkHash: linkOf(tag, "reset_password").hash }, ({ account, sessions }) => ({
        answer: 0,
        account: { ...account, passwordHash: "second hash", emailVerifiedAt: now + 1 },
        ended: sessions.map(({ id }) => id),
        dropLinks: { accountId: account.id, purposes: ["reset_password", "verify_email"] },
        revocations: [{ kind: "subject", key: account.id, expiresAt: now + 9_000_000 }],
        mails: [mailOf(tag)],
        audit: [recordOf(tag, "password_reset")],
      })),
  },
  {
    name: "change of the address",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ accountId: `account-${tag}` }, ({ account }) => ({
        answer: 0,
        account: { ...account, email: `new-${tag}@example.com` },
        dropLinks: { accountId: account.id, purposes: ["verify_email"] },
        links: [linkOf(tag, "change_email")],
        mails: [mailOf(tag)],
        audit: [recordOf(tag, "email_changed")],
      })),
  },
  {
    name: "deletion",
    prepare: person,
    run: (store, tag) =>
      store.people.change({ accountId: `account-${tag}` }, ({ account }) => ({
        answer: 0,
        deleteAccount: account.id,
        revocations: [{ kind: "subject", key: account.id, expiresAt: now + 9_000_000 }],
        mails: [mailOf(tag)],
        audit: [recordOf(tag, "account_deleted")],
      })),
  },
  {
    name: "rotation of keys",
    prepare: (store, tag) =>
      store.keys.change(() => ({ answer: 0, write: [keyOf(tag, "old"), keyOf(tag, "current")] })),
    run: (store, tag) =>
      store.keys.change(() => ({
        answer: 0,
        write: [{ ...keyOf(tag, "current"), signsUntil: now + 1 }, keyOf(tag, "next")],
        remove: [keyOf(tag, "old").kid],
        revocations: [{ kind: "key", key: keyOf(tag, "old").kid, expiresAt: now + 9_000_000 }],
      })),
  },
];
