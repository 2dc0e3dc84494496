import { webFile } from "#web";
import { createApp } from "./app.ts";
import type { Auth } from "./auth.ts";
import { type AuthOptions, type CheckedOptions, checkOptions } from "./config/options.ts";
import { createFlows } from "./flows/createFlows.ts";
import { createClientAddress } from "./http/clientAddress.ts";
import type { HostedSettings } from "./http/hosted/hostedParts.ts";
import { inboxRoutes } from "./http/inboxRoutes.ts";
import { nodeHandler } from "./http/node.ts";
import type { AccountClaims, AccountFields, DefaultClaims } from "./issue/accessToken.ts";
import { type Ground, openGround } from "./openGround.ts";
import { openRooms, type Rooms, type Special } from "./openRooms.ts";
import { inboxPage, mailPage, missingMailPage } from "./pages/devInbox.ts";
import { inboxStyle } from "./pages/devInboxStyle.ts";
import { themedColors } from "./pages/theme.ts";
import { noRequest } from "./requestContext.ts";
import { version } from "./version.ts";

/** How often ended sessions and expired log entries are removed. */
const pruneEveryMs = 3_600_000;

/** Opens an issuer over its store: migrated, with keys. Throws `ConfigurationError` for options that do not fit, each with its fix. */
export const createAuth = async <
  Claims extends AccountClaims = DefaultClaims,
  Fields extends AccountFields = AccountFields,
>(
  given: AuthOptions<Claims, Fields>,
): Promise<Auth<Claims, Fields>> => {
  // The types of claims and fields are for those who use the result; inside they may be anything.
  return (await openAuth(checkOptions(given as AuthOptions))) as Auth<Claims, Fields>;
};

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
    extraRoutes: mail.inbox
      ? inboxRoutes({ inbox: mail.inbox, pages: { inboxPage, mailPage, missingMailPage, inboxStyle }, issuer, world })
      : [],
    pages: options.pages.enabled ? pageSettings(options, { issuer, minimum: policy.min }) : undefined,
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
    await rooms.reassertion.close();
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
    pages: app.pages,
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

/** What the options mean for the hosted pages. */
function pageSettings(
  { pages, mail, accounts }: CheckedOptions,
  { issuer, minimum }: { readonly issuer: string; readonly minimum: number },
): HostedSettings {
  const { name = mail.name ?? new URL(issuer).host, logo, colors, fields } = pages;
  return {
    theme: { name, logo, colors: themedColors(colors), fields },
    minimum,
    needsVerifiedEmail: accounts.emailVerification === "required",
    canVerify: accounts.emailVerification !== "off",
    script: () => webFile("pages"),
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
