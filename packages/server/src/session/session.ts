import type { Verdict } from "@cardea/verifier/judge";
import type { EventSink } from "../event.ts";
import { type PublicAccount, publicAccount } from "../issue/accessToken.ts";
import { ok, type RefreshRefusal, type Result, refuse } from "../refusal.ts";
import type { Feed } from "../revoke/feed.ts";
import { sessionRevocation } from "../revoke/revocation.ts";
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
  readonly feed: Pick<Feed, "pull">;
  readonly refreshTokens: RefreshTokens;
  readonly life: SessionLife;
  readonly world: World;
  readonly onEvent: EventSink;
};

/** Sessions over their store, in one mode. */
export function createSessions({ store, mode, feed, refreshTokens, life, world, onEvent }: SessionParts): Sessions {
  const handOut = ({ row, grant }: Granted): SignedIn => ({
    accessToken: grant.token(),
    expiresInSeconds: grant.expiresInSeconds,
    refreshToken: refreshTokens.make({ sessionId: row.session.id, generation: row.session.generation }),
    account: publicAccount(row.account),
    session: row.session,
  });

  /** In every mode the log is told: tokens of an earlier mode may still be out, and verifiers may follow whatever the mode is. */
  const ending = ({ session }: SessionRow): Required<Pick<SessionDecision<string>, "answer" | "end">> => ({
    answer: session.id,
    end: { revocation: sessionRevocation(session.id, world.now()) },
  });

  /** After the commit: tell the log of events, and wait until this process refuses what has ended, by whomever. */
  const settle = async (accountId: string, ended: readonly string[]): Promise<void> => {
    for (const sessionId of ended) onEvent({ type: "session_ended", accountId, sessionId });
    await feed.pull();
  };

  const isLive = (session: Session): boolean => world.now() < Math.min(session.idleEndsAt, session.absoluteEndsAt);

  return {
    start: async (identity, userAgent) => {
      const granted = await store.start(identity.accountId, ({ account, head }) => {
        const session = newSession(identity, { userAgent, life, world });
        const row = { session, account, head };
        return { write: session, ...grantFor(mode, row) };
      });
      if (!granted) return undefined;
      const { id: sessionId, accountId } = granted.row.session;
      onEvent({ type: "signed_in", accountId, sessionId });
      return handOut(granted);
    },

    refresh: async (token) => {
      const claim = refreshTokens.read(token);
      if (!claim) return refused({ reason: "malformed" });
      const outcome = await store.change(claim.sessionId, (row): SessionDecision<Redeemed> => {
        const verdict = redeem(row.session, claim.generation, { now: world.now(), life });
        if (verdict.does === "refuse") return { answer: { refusal: verdict.reason, row } };
        if (verdict.does === "end") return { ...ending(row), answer: { refusal: verdict.reason, row } };
        return { write: verdict.session, ...grantFor(mode, { ...row, session: verdict.session }) };
      });
      if (!outcome) return refused({ reason: "unknown_session" });
      return "refusal" in outcome ? refusedAfter(outcome.refusal, outcome.row) : ok(handOut(outcome));
    },

    check: mode.check,

    end: async (accountId, sessionId) => {
      const done = await store.change(
        sessionId,
        (row): SessionDecision<string | undefined> =>
          row.account.id === accountId ? ending(row) : { answer: undefined },
      );
      await settle(accountId, done === undefined ? [] : [done]);
      return done !== undefined;
    },

    endOthers: async (accountId, keptId) => {
      const kept = (await store.list(accountId)).find(({ id }) => id === keptId);
      if (!kept || !isLive(kept)) return undefined;
      const done = await store.changeEach(
        accountId,
        (row): SessionDecision<string | undefined> =>
          row.session.id !== keptId && isLive(row.session) ? ending(row) : { answer: undefined },
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

  function refused(refusal: RefreshRefusal, sessionId?: string): Result<never, RefreshRefusal> {
    onEvent({ type: "refresh_refused", reason: refusal.reason, ...(sessionId === undefined ? {} : { sessionId }) });
    return refuse(refusal);
  }

  /** A refusal that may have ended the session: an expired or a reused one. */
  async function refusedAfter(
    reason: RefreshRefusal["reason"],
    { session, account }: SessionRow,
  ): Promise<Result<never, RefreshRefusal>> {
    if (reason === "reused") onEvent({ type: "refresh_reused", accountId: account.id, sessionId: session.id });
    await settle(account.id, reason === "not_issued_yet" ? [] : [session.id]);
    return refused({ reason }, session.id);
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
