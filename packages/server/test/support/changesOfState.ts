import type { Account, Change, Person, Session, Store, Subject } from "../../src/store/ports.ts";
import { accountOf, keyOf, linkOf, mailOf, newPerson, now, recordOf, sessionOf, signUp } from "./changes.ts";

/** Something that happens to a person, as one change in several steps. `tag` is in every row that it is about. */
export type ChangeOfState = {
  readonly name: string;
  readonly prepare: (store: Store, tag: string) => Promise<unknown>;
  readonly run: (store: Store, tag: string) => Promise<unknown>;
};

/** A change of the person of a tag, whom `subject` finds. */
const ofPerson = (
  name: string,
  decide: (person: Person, tag: string) => Omit<Change<unknown>, "answer">,
  subject: (tag: string) => Subject = (tag) => ({ accountId: accountOf(tag).id }),
): ChangeOfState => ({
  name,
  prepare: newPerson,
  run: (store, tag) => store.people.change(subject(tag), (person) => ({ ...decide(person, tag), answer: 0 })),
});

const bySession = (tag: string): Subject => ({ sessionId: sessionOf(tag).id });

const end = now + 9_000_000;
const allOf = ({ id }: Account) => ({ kind: "subject", key: id, expiresAt: end }) as const;
const tokenOf = (tag: string, { id }: Session) => ({ sessionId: id, hash: `token-${tag}`, expiresAt: now + 1000 });

/** What ends these sessions, each by an entry of its own. */
const ending = (sessions: readonly Session[], tag: string) => ({
  ended: sessions.map(({ id }) => id),
  revocations: sessions.map(({ id }) => ({ kind: "session", key: id, expiresAt: end }) as const),
  audit: sessions.map(({ id }) => recordOf(tag, `ended-${id}`)),
});

/** What ends all of them, by one entry. */
const endingOfAll = ({ account, sessions }: Person, tag: string) => ({
  ...ending(sessions, tag),
  revocations: [allOf(account)],
});

/** A new session in place of the oldest, or of all. */
const replacing = (replaced: readonly Session[], tag: string) => ({
  ...ending(replaced, tag),
  sessions: [sessionOf(tag, "three")],
  tokens: [tokenOf(tag, sessionOf(tag, "three"))],
});

/** Every kind of change in several steps that a person, or the set of keys, goes through. */
export const changesOfState: readonly ChangeOfState[] = [
  { name: "sign-up", prepare: async () => undefined, run: signUp },
  ofPerson("sign-in, which ends the oldest session and hashes the password anew", ({ account, sessions }, tag) => ({
    ...replacing(sessions.slice(0, 1), tag),
    account: { ...account, passwordHash: "first hash, anew" },
    mails: [mailOf(tag)],
  })),
  ofPerson(
    "refresh",
    ({ sessions }, tag) => ({
      sessions: sessions.map((session) => ({ ...session, generation: session.generation + 1, rotatedAt: now + 1 })),
      tokens: sessions.map((session) => tokenOf(tag, session)),
    }),
    bySession,
  ),
  ofPerson(
    "reuse of a refresh token",
    ({ sessions }, tag) => {
      const { audit, ...rest } = ending(sessions, tag);
      return { ...rest, audit: [recordOf(tag, "refresh_reused"), ...audit, recordOf(tag, "refresh_refused")] };
    },
    bySession,
  ),
  ofPerson("sign-out", ({ sessions }, tag) => ending(sessions.slice(0, 1), tag)),
  ofPerson("end of all sessions", (person, tag) => ({
    ...endingOfAll(person, tag),
    dropLinks: { accountId: person.account.id, purposes: ["change_email"] },
  })),
  ofPerson("reauthentication", ({ sessions }, tag) => replacing(sessions.slice(0, 1), tag)),
  ofPerson("change of the password", ({ account, sessions }, tag) => ({
    ...replacing(sessions, tag),
    account: { ...account, passwordHash: "second hash", passwordChangedAt: now + 1 },
    dropLinks: { accountId: account.id, purposes: ["reset_password", "change_email"] },
    mails: [mailOf(tag)],
  })),
  {
    name: "forgotten password",
    prepare: newPerson,
    run: (store, tag) =>
      store.people.register(accountOf(tag).email, () => ({
        answer: 0,
        dropLinks: { accountId: accountOf(tag).id, purposes: ["reset_password"] },
        links: [{ ...linkOf(tag, "reset_password"), hash: `link-again-${tag}` }],
        mails: [mailOf(tag)],
        audit: [recordOf(tag, "password_reset_requested")],
      })),
  },
  ofPerson(
    "reset of the password by a link",
    (person, tag) => ({
      ...endingOfAll(person, tag),
      account: { ...person.account, passwordHash: "second hash", emailVerifiedAt: now + 1 },
      dropLinks: { accountId: person.account.id, purposes: ["reset_password", "change_email", "verify_email"] },
      mails: [mailOf(tag)],
    }),
    (tag) => ({ linkHash: linkOf(tag, "reset_password").hash }),
  ),
  ofPerson("request for a link that proves the address", ({ account }, tag) => ({
    dropLinks: { accountId: account.id, purposes: ["verify_email"] },
    links: [{ ...linkOf(tag, "verify_email"), hash: `link-again-${tag}` }],
    mails: [mailOf(tag)],
    audit: [recordOf(tag, "email_verification_requested")],
  })),
  ofPerson("proof of the address", ({ account }, tag) => ({
    account: { ...account, emailVerifiedAt: now + 1 },
    dropLinks: { accountId: account.id, purposes: ["verify_email"] },
    audit: [recordOf(tag, "email_verified")],
  })),
  ofPerson("request for another address", ({ account }, tag) => ({
    dropLinks: { accountId: account.id, purposes: ["change_email"] },
    links: [{ ...linkOf(tag, "change_email"), hash: `link-again-${tag}` }],
    mails: [mailOf(tag), mailOf(tag, "old")],
    audit: [recordOf(tag, "email_change_requested")],
  })),
  ofPerson("change of the address", ({ account }, tag) => ({
    account: { ...account, email: `new-${tag}@example.com`, emailVerifiedAt: now + 1 },
    dropLinks: { accountId: account.id, purposes: ["change_email", "verify_email", "reset_password"] },
    revocations: [allOf(account)],
    mails: [mailOf(tag)],
    audit: [recordOf(tag, "email_changed")],
  })),
  ofPerson("change of roles", ({ account }, tag) => ({
    account: { ...account, roles: ["reader", "writer"] },
    revocations: [allOf(account)],
    audit: [recordOf(tag, "roles_changed")],
  })),
  ofPerson("change of fields", ({ account }, tag) => ({
    account: { ...account, fields: { plan: "paid" } },
    audit: [recordOf(tag, "fields_changed")],
  })),
  ofPerson("disabling", (person, tag) => ({
    ...endingOfAll(person, tag),
    account: { ...person.account, disabledAt: now + 1 },
    dropLinks: { accountId: person.account.id, purposes: ["reset_password", "change_email", "verify_email"] },
  })),
  ofPerson("deletion", (person, tag) => ({
    ...endingOfAll(person, tag),
    deleteAccount: person.account.id,
    mails: [mailOf(tag)],
  })),
  {
    name: "rotation of keys",
    prepare: (store, tag) =>
      store.keys.change(() => ({ answer: 0, write: [keyOf(tag, "old"), keyOf(tag, "current")] })),
    run: (store, tag) =>
      store.keys.change(() => ({
        answer: 0,
        write: [{ ...keyOf(tag, "current"), signsUntil: now + 1 }, keyOf(tag, "next")],
        remove: [keyOf(tag, "old").kid],
        revocations: [{ kind: "key", key: keyOf(tag, "old").kid, expiresAt: end }],
      })),
  },
];
