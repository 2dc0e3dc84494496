import type { Verdict } from "@cardea/verifier/judge";
import type { EventSink } from "../event.ts";
import { type PublicAccount, publicAccount } from "../issue/accessToken.ts";
import { ok, type RefreshRefusal, type Result, refuse } from "../refusal.ts";
import type { VerifiedIdentity } from "../signin/signIn.ts";
import type { Session, SessionDecision, SessionRow, SessionStore } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import type { Grant, SessionMode } from "./modes/mode.ts";
import { redeem, type SessionLife } from "./refreshFamily.ts";
import type { RefreshTokens } from "./refreshToken.ts";

/** Sessions: the only maker and ender of them. */
export type Sessions = {
  /** Starts a session for a proven identity; undefined when the account is gone meanwhile. */
  readonly start: (identity: VerifiedIdentity, userAgent: string) => Promise<SignedIn | undefined>;
  /** Redeems a refresh token: the current one rotates, the one before it gets the same successor within the grace, older ones end the session. */
  readonly refresh: (token: string) => Promise<Result<SignedIn, RefreshRefusal>>;
  /** Judges an access token. */
  readonly check: (token: string) => Promise<Verdict>;
  /** Ends one session of an account; false when the account has no such session. */
  readonly end: (accountId: string, sessionId: string) => Promise<boolean>;
  /** Ends all sessions of an account but one; undefined, with nothing ended, when that one is not live. */
  readonly endOthers: (accountId: string, keptId: string) => Promise<number | undefined>;
  /** The account's live sessions, latest use first. */
  readonly list: (accountId: string) => Promise<readonly Session[]>;
};

/** What signing in and refreshing hand out. */
export type SignedIn = {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly account: PublicAccount;
  readonly session: Session;
};

/** What sessions are built from. */
export type SessionParts = {
  readonly store: SessionStore;
  readonly mode: SessionMode;
  readonly refreshTokens: RefreshTokens;
  readonly life: SessionLife;
  readonly world: World;
  readonly onEvent: EventSink;
};

/** Sessions over their store, in one mode. */
export function createSessions({ store, mode, refreshTokens, life, world, onEvent }: SessionParts): Sessions {
  const handOut = ({ row, grant }: Granted): SignedIn => ({
    accessToken: grant.token(),
    expiresInSeconds: grant.expiresInSeconds,
    refreshToken: refreshTokens.make({ sessionId: row.session.id, generation: row.session.generation }),
    account: publicAccount(row.account),
    session: row.session,
  });

  const ending = ({ session }: SessionRow): SessionDecision<string> => ({
    answer: session.id,
    end: { revocation: mode.ending(session.id) },
  });

  /** After the commit: tell the log of events, and wait until this process refuses the ended sessions itself. */
  const settle = async (accountId: string, ended: readonly string[]): Promise<void> => {
    for (const sessionId of ended) onEvent({ type: "session_ended", accountId, sessionId });
    await mode.settled();
  };

  const isLive = (session: Session): boolean => world.now() < Math.min(session.idleEndsAt, session.absoluteEndsAt);

  return {
    start: async (identity, userAgent) => {
      const granted = await store.start(identity.accountId, ({ account, head }) => {
        const session = newSession(identity, { userAgent, life, world });
        const row = { session, account, head };
        return { write: session, ...grantFor(mode, row) };
      });
      return granted && handOut(granted);
    },

    refresh: async (token) => {
      const claim = refreshTokens.read(token);
      if (!claim) return refuse({ reason: "malformed" });
      const outcome = await store.change(claim.sessionId, (row): SessionDecision<Redeemed> => {
        const verdict = redeem(row.session, claim.generation, { now: world.now(), life });
        if (verdict.does === "refuse") return { answer: { refusal: verdict.reason, row } };
        if (verdict.does === "end")
          return { answer: { refusal: verdict.reason, row }, end: { revocation: mode.ending(row.session.id) } };
        return { write: verdict.session, ...grantFor(mode, { ...row, session: verdict.session }) };
      });
      if (!outcome) return refuse({ reason: "unknown_session" });
      if (!("refusal" in outcome)) return ok(handOut(outcome));
      await settleRefusal(outcome.refusal, outcome.row);
      return refuse({ reason: outcome.refusal });
    },

    check: mode.check,

    end: async (accountId, sessionId) => {
      const done = await store.change(
        sessionId,
        (row): SessionDecision<string | undefined> =>
          row.account.id === accountId ? ending(row) : { answer: undefined },
      );
      if (done === undefined) return false;
      await settle(accountId, [done]);
      return true;
    },

    endOthers: async (accountId, keptId) => {
      const kept = (await store.list(accountId)).find(({ id }) => id === keptId);
      if (!kept || !isLive(kept)) return undefined;
      const done = await store.changeEach(
        accountId,
        (row): SessionDecision<string | undefined> => (row.session.id === keptId ? { answer: undefined } : ending(row)),
      );
      const ended = done.filter((id) => id !== undefined);
      await settle(accountId, ended);
      return ended.length;
    },

    list: async (accountId) => {
      const sessions = await store.list(accountId);
      return sessions.filter(isLive).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
    },
  };

  async function settleRefusal(reason: RefreshRefusal["reason"], { session, account }: SessionRow): Promise<void> {
    const who = { accountId: account.id, sessionId: session.id };
    onEvent(
      reason === "reused"
        ? { type: "refresh_reused", ...who }
        : { type: "refresh_refused", reason, sessionId: session.id },
    );
    await mode.settled();
  }
}

type Granted = { readonly row: SessionRow; readonly grant: Grant };

type Redeemed = Granted | { readonly refusal: RefreshRefusal["reason"]; readonly row: SessionRow };

function grantFor(mode: SessionMode, row: SessionRow): Pick<SessionDecision<Granted>, "answer" | "token"> {
  const grant = mode.grant(row);
  return grant.stored ? { answer: { row, grant }, token: grant.stored } : { answer: { row, grant } };
}

type NewSession = { readonly userAgent: string; readonly life: SessionLife; readonly world: World };

function newSession({ accountId, amr }: VerifiedIdentity, { userAgent, life, world }: NewSession): Session {
  const now = world.now();
  return {
    id: randomToken(world, 16),
    accountId,
    createdAt: now,
    lastUsedAt: now,
    idleEndsAt: now + life.idleMs,
    absoluteEndsAt: now + life.absoluteMs,
    amr,
    userAgent: userAgent.slice(0, 256),
    generation: 0,
    rotatedAt: now,
  };
}
