import { type Accounts, createAccounts } from "./account/accounts.ts";
import { createEmailAddress, type EmailAddress } from "./account/emailAddress.ts";
import type { LinkRefusal } from "./account/link.ts";
import { createRecovery, type Recovery } from "./account/recovery.ts";
import { keySettings } from "./config/keyOptions.ts";
import type { CheckedOptions } from "./config/options.ts";
import { hasherOptions } from "./config/passwordOptions.ts";
import type { FlowParts } from "./flows/parts.ts";
import { deviceName } from "./http/deviceName.ts";
import type { AccountClaims, PublicAccount, TokenProfile } from "./issue/accessToken.ts";
import { derivedSecret } from "./keys/derivedSecret.ts";
import { type KeyRing, openKeyRing } from "./keys/keyRing.ts";
import { createSealer } from "./keys/seal.ts";
import { type MailRoom, openMailRoom } from "./mail/mailRoom.ts";
import { demandTransport } from "./mail/transport/openTransport.ts";
import type { Ground } from "./openGround.ts";
import { openSecrets } from "./openStore.ts";
import { createPasswordHasher, type PasswordHasher } from "./people/passwordHasher/passwordHasher.ts";
import { createPasswordPolicy } from "./people/passwords/policy.ts";
import { type By, createPeople } from "./people/people.ts";
import { createServices, type Services } from "./people/services.ts";
import { noRequest } from "./requestContext.ts";
import { type Feed, freshForMs, openFeed } from "./revoke/feed.ts";
import { createFingerprintKeys } from "./revoke/fingerprintKey.ts";
import { createReassertion, type Reassertion } from "./revoke/reassertion.ts";
import { createRevocations, type Revocations } from "./revoke/revocations.ts";
import { createVerifiers, type Verifiers } from "./revoke/verifiers.ts";
import { createMinting } from "./session/minting.ts";
import { createMode } from "./session/modes/createMode.ts";
import { createRefreshTokens } from "./session/refreshToken.ts";
import { createSessions } from "./session/session.ts";
import { createStarting } from "./session/starting.ts";
import { createDeviceTokens } from "./signin/throttle/deviceToken.ts";
import { createThrottle } from "./signin/throttle/throttle.ts";
import type { LogHead } from "./store/ports.ts";
import { randomToken } from "./world.ts";

/** The rooms of an issuer, each opened once. */
export type Rooms = Omit<FlowParts, keyof Ground> & {
  readonly accounts: Accounts;
  readonly services: Services;
  readonly keys: KeyRing;
  readonly feed: Feed;
  readonly verifiers: Verifiers;
  readonly revocations: Revocations;
  readonly reassertion: Reassertion;
  readonly mail: MailRoom;
  readonly hasher: PasswordHasher;
  readonly recovery: Recovery;
  readonly emailAddress: EmailAddress;
  /** Whether the store answers. */
  readonly isReady: () => Promise<boolean>;
};

/** What is otherwise than in a server: another hasher, or mails that are left for a server to send. */
export type Special = { readonly hasher?: PasswordHasher; readonly leavesMail?: boolean };

/** How long one-time links work, in milliseconds. Who asks for another password does it now; a mail to confirm may wait. */
const linkMs = { reset: 3_600_000, confirm: 86_400_000 };

/** Opens the rooms over the ground. Throws `ConfigurationError`, with nothing left running. */
export async function openRooms(options: CheckedOptions, ground: Ground, special: Special): Promise<Rooms> {
  const { store, world, cautiousNow, onEvent } = ground;
  const secrets = await openSecrets(options, world);
  const keys = await openKeyRing({ store: store.keys, secrets, ...keySettings(options), world, onEvent });
  try {
    const mail = await openMail(options, ground, { secrets, leavesMail: special.leavesMail ?? false });
    // An issuer judges by a view of its own, so whoever waits for a revocation to hold everywhere waits for it, too.
    const self = { serviceId: "issuer", name: randomToken(world, 6) };
    const verifiers = createVerifiers({ store: store.verifiers, world, self, onEvent });
    const reassertion = createReassertion({ store: store.revocations, world, now: cautiousNow, onEvent });
    const onRead = async (head: LogHead): Promise<void> => {
      await verifiers.greet({ ...self, maxStalenessMs: freshForMs });
      verifiers.confirm(self, head);
      reassertion.reached(head);
    };
    const onFrame = reassertion.joined;
    const [newest = new Uint8Array()] = secrets;
    const keyOf = createFingerprintKeys(derivedSecret(newest, "fingerprints"));
    const feed = await openFeed({ store: store.revocations, world, cautiousNow, keyOf, onFrame, onRead, onEvent });
    return furnish(options, ground, { secrets, keys, mail, feed, verifiers, reassertion, hasher: special.hasher });
  } catch (error) {
    await keys.close();
    throw error;
  }
}

type Opened = Pick<Rooms, "keys" | "mail" | "feed" | "verifiers" | "reassertion"> & {
  readonly secrets: readonly Uint8Array[];
  readonly hasher: PasswordHasher | undefined;
};

function furnish(
  options: CheckedOptions,
  ground: Ground,
  { secrets, keys, mail, feed, verifiers, reassertion, ...given }: Opened,
): Rooms {
  const { store, world, journal, onEvent, refused } = ground;
  const [newest = new Uint8Array()] = secrets;
  const people = createPeople({
    store: store.people,
    now: world.now,
    journal,
    afterRevocation: feed.pull,
    onUnreadLog: (error) => onEvent({ type: "fault", where: "revocation log", error }),
    afterMail: mail.sends ? mail.wake : undefined,
  });

  const hasher =
    given.hasher ??
    createPasswordHasher({
      world,
      ...hasherOptions(options.passwords),
      onFault: (error) => onEvent({ type: "fault", where: "stored passwords", error }),
    });
  const policy = createPasswordPolicy({
    policy: options.passwords.policy,
    words: options.passwords.contextWords,
    breached: options.passwords.breached,
    fetch: world.fetch,
    onFault: (error) => onEvent({ type: "fault", where: "breached passwords", error }),
  });
  const throttle = createThrottle({
    limits: options.throttle,
    secret: derivedSecret(newest, "counters"),
    counters: store.counters,
    world,
    refused,
  });

  const { mailer } = mail;
  const { idle: idleMs, absolute: absoluteMs, refreshGrace: graceMs, max } = options.session;
  const life = { idleMs, absoluteMs, graceMs };
  const mode = createMode(options.mode, { keys, profile: tokenProfile(options, ground), people, feed, world });
  const refreshTokens = createRefreshTokens(keys.refreshSecrets);
  const mint = createMinting({ mode, refreshTokens });
  const starting = createStarting({ mint, life, world });
  const sessions = createSessions({
    people,
    mode,
    mint,
    starting,
    refreshTokens,
    life,
    max,
    notice: { mailer, deviceName },
    world,
    refused: refusedBy,
  });

  const endSession = async (sessionId: string, by: By): Promise<boolean> => {
    const owner = await people.change({ sessionId }, by, ({ account }) => ({ answer: account.id }));
    return owner !== undefined && sessions.end(owner, sessionId, by);
  };
  const revocations = createRevocations({
    store: store.revocations,
    feed,
    verifiers,
    world,
    endSession,
    endSubject: async (accountId, by) => (await sessions.endAll(accountId, by)) !== undefined,
    areTokensOpaque: options.mode === "stateful",
    revokeKey: keys.revoke,
    told: refusedBy,
  });

  reassertion.start({
    endSession: (sessionId) => endSession(sessionId, { ...noRequest, actor: "system" }),
    revokeKey: async (kid) => (await keys.revoke(kid)) === "revoked",
    pull: feed.pull,
  });

  const refusedLink = (refusal: LinkRefusal, by: By): void => refusedBy({ type: "link_refused", ...refusal }, by);
  const shared = { people, hasher, mailer, world, refusedLink };
  return {
    ...shared,
    policy,
    throttle,
    deviceTokens: createDeviceTokens(
      secrets.map((secret) => derivedSecret(secret, "devices")),
      world,
    ),
    needsVerifiedEmail: options.accounts.emailVerification === "required",
    verification: options.accounts.emailVerification === "off" ? undefined : { validForMs: linkMs.confirm },
    fields: options.accounts.fields,
    starting,
    sessions,
    accounts: createAccounts({ ...shared, audit: store.audit }),
    recovery: createRecovery({ ...shared, policy, linkMs: linkMs.reset }),
    emailAddress: createEmailAddress({ ...shared, linkMs: linkMs.confirm }),
    services: createServices({ store: store.services, world, told: refused }),
    audit: store.audit,
    keys,
    feed,
    verifiers,
    revocations,
    reassertion,
    mail,
    isReady: async () =>
      feed.pull().then(
        () => true,
        () => false,
      ),
  };

  function refusedBy(event: Parameters<typeof refused>[0], by: By): void {
    refused(event, by, by.actor);
  }
}

async function openMail(
  options: CheckedOptions,
  ground: Ground,
  { secrets, leavesMail }: { readonly secrets: readonly Uint8Array[]; readonly leavesMail: boolean },
): Promise<MailRoom> {
  const { issuer, store, world, onEvent } = ground;
  const { name = new URL(issuer).host, smtp, from, send, links } = options.mail;
  const mail = await openMailRoom({
    route: { name, smtp, from, send, development: options.development },
    issuer,
    pages: links,
    origins: options.origins,
    store: store.mails,
    sealer: createSealer(secrets, world),
    world,
    onEvent,
    leavesMail,
  });
  if (options.accounts.emailVerification === "required" && !mail.sends) demandTransport(undefined, "Signing up");
  return mail;
}

const tokenProfile = ({ access, claims }: CheckedOptions, { issuer }: Ground): TokenProfile => ({
  issuer,
  audience: access.audience,
  clientId: access.clientId,
  ttlMs: access.ttl,
  claims: claims ?? emailAndRoles,
});

const emailAndRoles = ({ email, emailVerified, roles }: PublicAccount): AccountClaims => ({
  email,
  email_verified: emailVerified,
  roles,
});
