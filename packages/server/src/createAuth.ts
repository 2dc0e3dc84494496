import { createApp } from "./app.ts";
import type { Auth } from "./auth.ts";
import { type AuthOptions, type CheckedOptions, checkOptions } from "./config/options.ts";
import { createFlows } from "./flows/createFlows.ts";
import { createClientAddress } from "./http/clientAddress.ts";
import { inboxRoutes } from "./http/inboxRoutes.ts";
import { linkRoutes } from "./http/linkRoutes.ts";
import { nodeHandler } from "./http/node.ts";
import { type Ground, openGround } from "./openGround.ts";
import { openRooms, type Rooms, type Special } from "./openRooms.ts";
import { baseStyle } from "./pages/baseStyle.ts";
import { inboxPage, mailPage, missingMailPage } from "./pages/devInbox.ts";
import { inboxStyle } from "./pages/devInboxStyle.ts";
import { linkPage } from "./pages/linkPage.ts";
import { noRequest } from "./requestContext.ts";
import { version } from "./version.ts";

/** How often ended sessions and expired log entries are removed. */
const pruneEveryMs = 3_600_000;

/** Opens an issuer over its store: migrated, with keys. Throws `ConfigurationError` for options that do not fit, each with its fix. */
export const createAuth = async (given: AuthOptions): Promise<Auth> => openAuth(checkOptions(given));

/** The same for checked options, with what a test or a command does otherwise. */
export async function openAuth(options: CheckedOptions, special: Special = {}): Promise<Auth> {
  const ground = await openGround(options);
  try {
    return assemble(options, ground, await openRooms(options, ground, special));
  } catch (error) {
    await ground.store.close();
    throw error;
  }
}

function assemble(options: CheckedOptions, ground: Ground, rooms: Rooms): Auth {
  const { store, world, cautiousNow, journal, background, issuer, onEvent } = ground;
  const { accounts, services, sessions, keys, feed, verifiers, revocations, mail, policy } = rooms;
  const clientAddress = createClientAddress({
    trustProxy: options.trustProxy,
    world,
    tell: (event) => journal.refused(event, noRequest),
  });
  const app = createApp({
    issuer,
    version: version(),
    flows: createFlows({ ...ground, ...rooms }),
    check: sessions.check,
    services,
    keys,
    feed,
    feedSettings: { heartbeatMs: 2000, maxTtlSeconds: Math.ceil(options.access.ttl / 1000) },
    verifiers,
    revocations,
    isReady: rooms.isReady,
    clientAddress,
    http: { origins: options.origins, cookies: options.cookies, stepUp: options.session.fresh },
    extraRoutes: [
      ...linkRoutes({ pages: { linkPage, baseStyle }, issuer }),
      ...(mail.inbox
        ? inboxRoutes({ inbox: mail.inbox, pages: { inboxPage, mailPage, missingMailPage, inboxStyle }, issuer, world })
        : []),
    ],
    development: options.development,
    world,
    journal: { refused: countingGuesses(ground, rooms) },
  });
  const prune = (): Promise<unknown> =>
    Promise.all([store.prune(cautiousNow(), cautiousNow() - options.audit.retention), verifiers.forget()]).catch(
      (error: unknown) => onEvent({ type: "fault", where: "pruning the store", error }),
    );
  background.run("pruning the store", prune);
  const pruning = setInterval(prune, pruneEveryMs).unref();
  const close = async (): Promise<void> => {
    clearInterval(pruning);
    feed.close();
    await background.idle();
    await verifiers.close();
    await mail.close();
    await keys.close();
    await rooms.hasher.close();
    await journal.close();
    await store.close();
  };
  let closing: Promise<void> | undefined;

  return {
    fetch: app.fetch,
    node: nodeHandler(app.fetch, options.issuer),
    verify: sessions.check,
    authenticate: app.authenticate,
    accounts,
    services,
    sessions,
    revocations,
    keys,
    audit: store.audit,
    passwordPolicy: policy,
    inbox: mail.inbox,
    routes: app.routes,
    settled: async () => {
      await background.idle();
      await mail.drained();
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** Opaque tokens that nobody has may be guesses: they are counted by address, behind the answer. */
const countingGuesses =
  ({ journal, background }: Ground, { throttle }: Rooms): Ground["refused"] =>
  (event, context, actor) => {
    journal.refused(event, context, actor);
    if (event.type !== "token_refused" || event.reason !== "inactive_token") return;
    if (background.hasRoom()) {
      background.run("counting guesses", () => throttle.count("token_guess", { client: context.address }));
    }
  };
