import type { Verdict } from "@cardea/verifier/judge";
import type { SecurityEvent, SessionEnd } from "../event.ts";
import type { By, Decision, People } from "../people/people.ts";
import { ok, type RefreshRefusal, type Result, refuse } from "../refusal.ts";
import type { VerifiedIdentity } from "../signin/identity.ts";
import type { Account, Person, Session } from "../store/ports.ts";
import type { World } from "../world.ts";
import { changeHandingOut, type HandingOut } from "./changeHandingOut.ts";
import { endingOf, endingOfAll, isLive } from "./ending.ts";
import type { Minting, SignedIn } from "./minting.ts";
import type { SessionMode } from "./modes/mode.ts";
import { isNewDevice, type NewDeviceNotice, newDeviceMails } from "./newDevice.ts";
import { redeem, type SessionLife } from "./refreshFamily.ts";
import type { RefreshTokens } from "./refreshToken.ts";
import { type Client, evicted, type Starting } from "./starting.ts";

/** Sessions: the only maker and ender of them. */
export type Sessions = {
  /** Starts a session for a proven identity; undefined when the account is gone, disabled or has another password meanwhile. The least recently used sessions beyond the maximum end, and so does the one of the refresh token `replaces`. Its owner is told of a new device, unless `isKnownDevice`: the client proved to be one that signed in before. */
  readonly start: (
    identity: VerifiedIdentity,
    client: Client,
    options?: { readonly replaces?: string | undefined; readonly isKnownDevice?: boolean },
  ) => Promise<SignedIn | undefined>;
  /** Ends a live session and starts another for the person who proved anew who they are (RFC 9470), over the same transport; undefined as in `start`, and when that session is not live. */
  readonly renew: (identity: VerifiedIdentity, sessionId: string, by: By) => Promise<SignedIn | undefined>;
  /** Redeems a refresh token: the current one rotates, the one before it gets the same successor within the grace, older ones end the session. */
  readonly refresh: (token: string, client: Client) => Promise<Result<SignedIn, RefreshRefusal>>;
  /** Judges an access token; `fresh` asks the store, whatever the mode. */
  readonly check: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
  /** Ends one session of an account; false when the account has no such session. */
  readonly end: (accountId: string, sessionId: string, by: By) => Promise<boolean>;
  /** Ends the session of a refresh token, whatever its generation; false when there is none. */
  readonly endByToken: (refreshToken: string, by: By) => Promise<boolean>;
  /** Ends all sessions of an account but one; undefined, with nothing ended, when that one is not live. */
  readonly endOthers: (accountId: string, keptId: string, by: By) => Promise<number | undefined>;
  /** Ends all sessions of an account, and answers how many were live; undefined, with nothing ended, when there is no such account, or who acts by a session may no more. */
  readonly endAll: (accountId: string, by: By) => Promise<number | undefined>;
  /** The account's live sessions, latest use first. */
  readonly list: (accountId: string) => Promise<readonly Session[]>;
};

/** What sessions are built from. `max` is how many an account may have at once. */
export type SessionParts = {
  readonly people: People;
  readonly mode: SessionMode;
  readonly mint: Minting;
  readonly starting: Starting;
  readonly refreshTokens: RefreshTokens;
  readonly life: SessionLife;
  readonly max: number;
  readonly notice: NewDeviceNotice;
  readonly world: World;
  /** Told of refusals that change nothing, and of what failed behind an answer. */
  readonly refused: (event: SecurityEvent, by: By) => void;
};

/** Sessions over the people of the store, in one mode. */
export function createSessions(parts: SessionParts): Sessions {
  const { people, mode, starting, max, notice, world } = parts;

  const begin = (identity: VerifiedIdentity, client: Client, person: Person): Begun => {
    const upgrade = upgradeOf(identity, person.account);
    const account = upgrade.account ?? person.account;
    return { ...upgrade, ...starting({ ...person, account }, { amr: identity.amr, client }) };
  };

  const handedOut = async (
    { accountId }: VerifiedIdentity,
    by: By,
    decide: HandingOut<undefined>["decide"],
  ): Promise<SignedIn | undefined> => {
    const done = await changeHandingOut(people, { subject: { accountId }, by, decide });
    return done && "signedIn" in done ? done.signedIn : undefined;
  };

  /** Whatever was ended by others is refused here before anybody is told that there was nothing to do. */
  const nothingEnded = async <T>(answer: T): Promise<T> => {
    await people.caughtUp();
    return answer;
  };

  const endByToken = async (token: string, by: By, reason: SessionEnd, mustArrive = false): Promise<boolean> => {
    const claim = parts.refreshTokens.read(token);
    if (!claim) return false;
    const ended = await people.change(
      { sessionId: claim.sessionId },
      by,
      ({ sessions }): Decision<boolean> => ({
        ...endingOf(sessions, { reason, now: world.now() }),
        answer: true,
      }),
      { mustArrive: () => mustArrive },
    );
    return ended ?? nothingEnded(false);
  };

  return {
    start: async (identity, client, { replaces, isKnownDevice = false } = {}) => {
      const signedIn = await handedOut(identity, client, (person) => {
        if (!stillHolds(identity, person.account)) return { answer: undefined };
        const { session, minted, ...rest } = begin(identity, client, person);
        const ending = endingOf(evicted(person.sessions, max, world.now()), { reason: "evicted", now: world.now() });
        const newDevice = !isKnownDevice && isNewDevice(person, session);
        const mails = newDevice ? newDeviceMails(person, session, notice) : [];
        const event = { type: "signed_in", ...ids(session), amr: session.amr, newDevice } as const;
        const events = [...ending.events, event, ...rest.events];
        return { ...ending, ...minted.kept, ...rest, mails, events, answer: minted.handOut };
      });
      // Should this fail, the new session is there all the same, and nobody else has its tokens. The other one ends when it is idle.
      if (signedIn && replaces !== undefined) {
        await endByToken(replaces, client, "replaced", true).catch((error: unknown) =>
          parts.refused({ type: "fault", where: "replaced session", error }, client),
        );
      }
      return signedIn;
    },

    renew: (identity, sessionId, by) =>
      handedOut(identity, by, (person) => {
        const now = world.now();
        const replaced = person.sessions.find(({ id }) => id === sessionId);
        if (!replaced || !isLive(replaced, now) || !stillHolds(identity, person.account)) return { answer: undefined };
        const { session, minted, ...rest } = begin(identity, { ...by, transport: replaced.transport }, person);
        const ending = endingOf([replaced], { reason: "replaced", now });
        const event = { type: "reauthenticated", ...ids(session), amr: session.amr, replaced: sessionId } as const;
        const events = [...ending.events, event, ...rest.events];
        return { ...ending, ...minted.kept, ...rest, events, answer: minted.handOut };
      }),

    refresh: (token, client) => refresh(token, client, parts),

    check: mode.check,

    end: async (accountId, sessionId, by) => {
      const done = await people.change({ accountId }, by, ({ sessions }): Decision<true | undefined> => {
        const own = sessions.filter(({ id }) => id === sessionId);
        const reason = by.actor === accountId ? "signed_out" : "revoked";
        return own.length === 0
          ? { answer: undefined }
          : { ...endingOf(own, { reason, now: world.now() }), answer: true };
      });
      return done ?? nothingEnded(false);
    },

    endByToken: (token, by) => endByToken(token, by, "signed_out"),

    endOthers: async (accountId, keptId, by) => {
      const count = await people.change({ accountId }, by, ({ sessions }): Decision<number | undefined> => {
        const now = world.now();
        const kept = sessions.find(({ id }) => id === keptId);
        if (!kept || !isLive(kept, now)) return { answer: undefined };
        const others = sessions.filter((session) => session.id !== keptId && isLive(session, now));
        return {
          ...endingOf(others, { reason: "revoked", now }),
          dropLinks: pendingChange(accountId),
          answer: others.length,
        };
      });
      return count ?? nothingEnded(undefined);
    },

    endAll: async (accountId, by) => {
      const count = await people.change({ accountId }, by, (person): Decision<number> => {
        const now = world.now();
        const live = person.sessions.filter((session) => isLive(session, now));
        return {
          ...endingOfAll(person, { reason: "revoked", now }),
          dropLinks: pendingChange(accountId),
          answer: live.length,
        };
      });
      return count ?? nothingEnded(undefined);
    },

    list: async (accountId) => {
      const sessions = await people.sessions(accountId);
      return sessions.filter((session) => isLive(session, world.now())).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
    },
  };
}

type Begun = ReturnType<Starting> & Upgrade;

/** Who ends sessions may be getting rid of a thief, whose request for another address must not outlive them. */
const pendingChange = (accountId: string): NonNullable<Decision<unknown>["dropLinks"]> => ({
  accountId,
  purposes: ["change_email"],
});

const ids = ({ accountId, id }: Session): { readonly accountId: string; readonly sessionId: string } => ({
  accountId,
  sessionId: id,
});

/** Between the proof and the start the password may have been changed, or the account disabled. */
const stillHolds = ({ passwordChangedAt }: VerifiedIdentity, account: Account): boolean =>
  account.disabledAt === undefined && account.passwordChangedAt === passwordChangedAt;

type Upgrade = { readonly account?: Account; readonly events: readonly SecurityEvent[] };

/** The account with its password hashed anew, when the stored hash was outdated and nobody else replaced it meanwhile. */
const upgradeOf = ({ accountId, rehashed }: VerifiedIdentity, account: Account): Upgrade =>
  rehashed === undefined || account.passwordHash !== rehashed.from
    ? { events: [] }
    : { account: { ...account, passwordHash: rehashed.to }, events: [{ type: "password_rehashed", accountId }] };

/** Under the person's lock with every other change, so that no refresh survives an end that was decided before it. */
async function refresh(
  token: string,
  client: Client,
  { people, refreshTokens, refused, mint, life, world }: SessionParts,
): Promise<Result<SignedIn, RefreshRefusal>> {
  const claim = refreshTokens.read(token);
  if (!claim) {
    refused({ type: "refresh_refused", reason: "malformed" }, client);
    return refuse({ reason: "malformed" });
  }
  const decide: HandingOut<RefreshRefusal>["decide"] = (person) => {
    const [session] = person.sessions;
    if (!session) throw new Error("The store gave no session.");
    const now = world.now();
    const found =
      session.transport === client.transport ? redeem(session, claim.generation, { now, life }) : otherTransport;
    const refusal = (reason: RefreshRefusal["reason"]): SecurityEvent => ({
      type: "refresh_refused",
      reason,
      ...ids(session),
    });
    if (found.does === "refuse") return { answer: { reason: found.reason }, events: [refusal(found.reason)] };
    if (found.does === "end") {
      const reason = found.reason === "reused" ? "reused" : "expired";
      const ending = endingOf([session], { reason, now });
      const reuse: readonly SecurityEvent[] =
        found.reason === "reused" ? [{ type: "refresh_reused", ...ids(session) }] : [];
      return {
        ...ending,
        events: [...reuse, ...ending.events, refusal(found.reason)],
        answer: { reason: found.reason },
      };
    }
    const used = { ...found.session, address: client.address ?? session.address };
    const minted = mint({ session: used, account: person.account, head: person.head });
    return { ...minted.kept, answer: minted.handOut };
  };
  const outcome = await changeHandingOut(people, { subject: { sessionId: claim.sessionId }, by: client, decide });
  if (!outcome) {
    refused({ type: "refresh_refused", reason: "unknown_session" }, client);
    return refuse({ reason: "unknown_session" });
  }
  return "signedIn" in outcome ? ok(outcome.signedIn) : refuse(outcome.answer);
}

/** A refresh token that went out in a cookie is not taken from a body, nor the reverse: whoever reads one store cannot use it in the other. */
const otherTransport = { does: "refuse", reason: "other_transport" } as const;
