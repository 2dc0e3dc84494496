import type { SecurityEvent } from "../../src/event.ts";
import { openFeed } from "../../src/revoke/feed.ts";
import { revocationEnd } from "../../src/revoke/revocation.ts";
import { statefulMode } from "../../src/session/modes/stateful.ts";
import type { SessionCacheFactory, Store } from "../../src/store/ports.ts";
import { randomToken, realWorld } from "../../src/world.ts";

/** A session as its client has it. */
export type SignedIn = { readonly token: string; readonly sessionId: string };

/** One process of an issuer in stateful mode, as far as sessions go: a record with a cache in front, the feed and the judge. */
export type Instance = {
  readonly store: Store;
  readonly events: readonly SecurityEvent[];
  readonly signUp: (accountId: string) => Promise<void>;
  readonly signIn: (accountId: string) => Promise<SignedIn>;
  /** Ends the session, and resolves when this instance knows. */
  readonly signOut: (sessionId: string) => Promise<void>;
  readonly setRoles: (accountId: string, roles: readonly string[]) => Promise<void>;
  /** The roles that a check of the token shows; undefined: it is refused. */
  readonly check: (token: string) => Promise<unknown>;
  /** What the timer does every 250 ms: reads on in the revocation log. */
  readonly poll: () => Promise<void>;
  /** How often the record has looked a token up. */
  readonly recordReads: () => number;
  readonly close: () => Promise<void>;
};

/** Opens one over a record, which it owns. */
export async function openInstance(record: Store, cache: SessionCacheFactory): Promise<Instance> {
  const world = realWorld;
  const events: SecurityEvent[] = [];
  const onEvent = (event: SecurityEvent): unknown => events.push(event);
  let reads = 0;
  const counting: Store = {
    ...record,
    people: {
      ...record.people,
      findByToken: (...asked) => {
        reads += 1;
        return record.people.findByToken(...asked);
      },
    },
  };
  const store = await cache.over(counting, { world, onEvent });
  const feed = await openFeed({
    store: store.revocations,
    world,
    cautiousNow: world.now,
    keyOf: () => undefined,
    onEvent,
  });
  const profile = {
    issuer: "https://issuer.example",
    audience: ["app"],
    clientId: "first-party",
    ttlMs: 300_000,
    claims: ({ roles }: { readonly roles: readonly string[] }) => ({ roles }),
  };
  // Opaque tokens need no key.
  const mode = statefulMode({ keys: undefined as never, profile, people: store.people, feed, world });
  const { people } = store;

  return {
    store,
    events,
    signUp: (accountId) => people.register(accountId, () => ({ answer: undefined, account: newAccount(accountId) })),
    signIn: async (accountId) => {
      const id = randomToken(world, 16);
      const grant = await people.change({ accountId }, ({ account, head }) => {
        const session = newSession(id, accountId);
        const answer = mode.grant({ session, account, head });
        return { answer, sessions: [session], tokens: answer.stored ? [answer.stored] : [] };
      });
      if (!grant) throw new Error(`There is no account ${accountId}.`);
      return { token: await grant.token(), sessionId: id };
    },
    signOut: async (sessionId) => {
      await people.change({ sessionId }, () => ({
        answer: undefined,
        ended: [sessionId],
        revocations: [{ kind: "session", key: sessionId, expiresAt: revocationEnd(world.now()) }],
      }));
      await feed.pull();
    },
    setRoles: async (accountId, roles) => {
      await people.change({ accountId }, ({ account }) => ({ answer: undefined, account: { ...account, roles } }));
    },
    check: async (token) => {
      const verdict = await mode.check(token);
      return verdict.ok ? verdict.claims.roles : undefined;
    },
    poll: async () => {
      await feed.pull();
    },
    recordReads: () => reads,
    close: async () => {
      feed.close();
      await store.close();
    },
  };
}

const newAccount = (id: string) => ({
  id,
  email: id,
  emailVerifiedAt: undefined,
  passwordHash: `secret-hash-of-${id}`,
  passwordChangedAt: realWorld.now(),
  roles: ["reader"],
  fields: {},
  createdAt: realWorld.now(),
  disabledAt: undefined,
});

const newSession = (id: string, accountId: string) => ({
  id,
  accountId,
  createdAt: realWorld.now(),
  lastUsedAt: realWorld.now(),
  idleEndsAt: realWorld.now() + 3_600_000,
  absoluteEndsAt: realWorld.now() + 3_600_000,
  authenticatedAt: realWorld.now(),
  amr: ["pwd"],
  transport: "bearer" as const,
  userAgent: "a test",
  address: undefined,
  generation: 0,
  rotatedAt: realWorld.now(),
});
