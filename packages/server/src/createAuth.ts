import type { Verdict } from "@cardea/verifier/judge";
import { createApp } from "./app.ts";
import { type AuthOptions, type CheckedOptions, checkOptions } from "./config/options.ts";
import { guardedSink } from "./event.ts";
import { type NodeHandler, nodeHandler } from "./http/node.ts";
import type { Route } from "./http/route.ts";
import type { AccountClaims, PublicAccount, TokenProfile } from "./issue/accessToken.ts";
import { type KeyRing, openKeyRing } from "./keys/keyRing.ts";
import { type Accounts, createAccounts } from "./people/accounts.ts";
import { createPasswordHasher, type PasswordHasherOptions } from "./people/passwordHasher/passwordHasher.ts";
import { createServices, type Services } from "./people/services.ts";
import { ConfigurationError } from "./refusal.ts";
import { openFeed } from "./revoke/feed.ts";
import { createMode } from "./session/modes/createMode.ts";
import { createRefreshTokens } from "./session/refreshToken.ts";
import { createSessions, type Sessions } from "./session/session.ts";
import type { Store } from "./store/ports.ts";
import { realWorld, type World } from "./world.ts";

/** An issuer, ready to serve. */
export type Auth = {
  /** All routes as a web-standard handler. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The same for node:http, Connect and Express 4 and 5 (mounted or not, before or after `express.json()`). */
  readonly node: NodeHandler;
  /** Judges an access token, in whatever mode; never throws for a bad one. */
  readonly verify: (token: string) => Promise<Verdict>;
  readonly accounts: Accounts;
  readonly services: Services;
  readonly sessions: Sessions;
  readonly keys: KeyRing;
  readonly routes: readonly Route[];
  /** Ends feeds and hashing threads and closes the store; once, however often it is called. */
  readonly close: () => Promise<void>;
};

/** How often ended sessions and expired log entries are removed. */
const pruneEveryMs = 3_600_000;

/** Opens an issuer over its store: migrated, with keys. Throws `ConfigurationError` for options that do not fit, each with its fix. */
export async function createAuth(given: AuthOptions): Promise<Auth> {
  const options = checkOptions(given);
  const world = options.world ?? realWorld;
  const store = await options.store.open(world);
  try {
    return await assemble(options, store, world);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assemble(options: CheckedOptions, store: Store, world: World): Promise<Auth> {
  const onEvent = guardedSink(options.onEvent ?? (() => undefined));
  const profile = tokenProfile(options);
  const keys = await openKeyRing({
    store: store.keys,
    encryptionSecret: options.secret ?? (await storeSecret(options, world)),
    alg: options.keys.alg,
    sharedSecret: options.keys.secret,
    world,
  });
  const prune = (): Promise<void> =>
    store.prune(world.now()).catch((error: unknown) => onEvent({ type: "fault", where: "pruning the store", error }));
  await prune();
  const feed = await openFeed({ store: store.revocations, world, onEvent });
  const mode = createMode(options.mode, { keys, profile, sessions: store.sessions, feed, world });
  const hasher = createPasswordHasher({ world, ...hasherOptions(options) });
  const accounts = createAccounts({ store: store.accounts, hasher, world });
  const services = createServices({ store: store.services, world });
  const sessions = createSessions({
    store: store.sessions,
    mode,
    feed,
    refreshTokens: createRefreshTokens(keys.refreshSecret),
    life: { idleMs: options.session.idle, absoluteMs: options.session.absolute, graceMs: options.session.refreshGrace },
    world,
    onEvent,
  });
  const { development } = options;
  const { issuer } = profile;
  const feedSettings = { heartbeatMs: 2000, maxTtlSeconds: Math.ceil(profile.ttlMs / 1000) };
  const app = createApp({
    issuer,
    store,
    accounts,
    services,
    sessions,
    keys,
    feed,
    feedSettings,
    development,
    onEvent,
  });
  const pruning = setInterval(prune, pruneEveryMs).unref();
  const close = async (): Promise<void> => {
    clearInterval(pruning);
    feed.close();
    await hasher.close();
    await store.close();
  };
  let closing: Promise<void> | undefined;

  return {
    fetch: app.fetch,
    node: nodeHandler(app.fetch, options.issuer),
    verify: sessions.check,
    accounts,
    services,
    sessions,
    keys,
    routes: app.routes,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function storeSecret({ store }: CheckedOptions, world: World): Promise<Uint8Array> {
  const secret = await store.localSecret(world);
  if (secret) return secret;
  throw new ConfigurationError(
    `createAuth: the store ${store.name} keeps no secret of its own. Give "secret" (CARDEA_SECRET): 32 random bytes as base64url.`,
  );
}

const tokenProfile = ({ issuer, access, claims }: CheckedOptions): TokenProfile => ({
  issuer: issuerText(issuer),
  audience: access.audience,
  clientId: access.clientId,
  ttlMs: access.ttl,
  claims: claims ?? emailAndRoles,
});

const emailAndRoles = ({ email, roles }: PublicAccount): AccountClaims => ({ email, roles });

const hasherOptions = ({
  passwords: { memoryKiB, passes, workers, maxQueue },
}: CheckedOptions): Omit<PasswordHasherOptions, "world"> => ({
  cost: { memoryKiB, passes, parallelism: 1 },
  ...(workers === undefined ? {} : { workers }),
  ...(maxQueue === undefined ? {} : { maxQueue }),
});

/** `URL.href` adds a slash to a bare origin; the issuer is the text without it. */
const issuerText = (issuer: URL): string => (issuer.pathname === "/" ? issuer.origin : issuer.href);
