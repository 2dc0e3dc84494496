import { problemFor, type Verdict } from "@cardea/verifier/judge";
import type { Caller, SigningIn } from "../http/flows.ts";
import { ok, refuse, StoreBusyError } from "../refusal.ts";
import type { RequestContext } from "../requestContext.ts";
import { reauthenticate, signIn } from "../signin/signIn.ts";
import { signUp } from "../signin/signUp.ts";
import { knownDevice } from "../signin/throttle/deviceToken.ts";
import { checkedFields } from "./fields.ts";
import { byPerson, byStranger, done, invalidCredentials, passwordRefused, sessionEnded } from "./outcome.ts";
import type { FlowParts } from "./parts.ts";

/** Whether it is us and not the token. */
const cannotTell = ({ refusal }: Extract<Verdict, { ok: false }>): boolean => problemFor(refusal) !== "invalid_token";

const unavailable = (): never => {
  throw new StoreBusyError("Tokens cannot be checked at the moment.");
};

/** How sessions begin, go on and end. */
export function signingInFlows(parts: FlowParts): SigningIn {
  const { throttle, policy, sessions, deviceTokens, revocations } = parts;

  /** A store that goes on from an older copy of itself does not know the session; its tokens are out all the same. */
  const endForGood = async (who: Caller, context: RequestContext): Promise<void> => {
    const by = byPerson(who, context);
    if (await sessions.end(who.accountId, who.sessionId, by)) return;
    await revocations.revoke({ kind: "session", key: who.sessionId }, by);
  };

  return {
    signUp: async ({ email, password: input, fields: given }, context) => {
      const taken = await throttle.take("sign_up", { client: context.address });
      if (!taken.admitted) return refuse(taken);
      const password = await policy.accept(input, { email });
      if (!password.ok) return passwordRefused(password.refusal);
      const fields = await checkedFields(given, parts);
      if (!fields.ok) return fields;
      const mail = await throttle.take("mail", { email });
      const verification = mail.admitted ? parts.verification : undefined;
      const person = { email, password: password.value, fields: fields.value };
      await signUp(person, byStranger(context), { ...parts, verification });
      return done;
    },

    signIn: async ({ email, password, transport, deviceToken, replaces }, context) => {
      const claim = deviceToken === undefined ? undefined : deviceTokens.read(deviceToken);
      const by = byStranger(context);
      const identity = await signIn(
        { email, password },
        { ...by, device: (account) => knownDevice(claim, account) },
        parts,
      );
      if (!identity.ok) {
        const { refusal } = identity;
        if (refusal.reason === "rate_limited") return refuse(refusal);
        return refuse({ reason: "invalid_credentials", triesLeft: refusal.triesLeft });
      }
      const { accountId, passwordChangedAt } = identity.value;
      const deviceId = claim?.accountId === accountId ? claim.deviceId : undefined;
      // Made first: what fails after the session has started would leave one that nobody has.
      const mark = deviceTokens.make(accountId, deviceId);
      const isKnownDevice = knownDevice(claim, { id: accountId, passwordChangedAt }) !== undefined;
      const client = { ...context, actor: accountId, transport };
      const signedIn = await sessions.start(identity.value, client, { replaces, isKnownDevice });
      return signedIn ? ok({ ...signedIn, deviceToken: mark }) : invalidCredentials;
    },

    refresh: async ({ refreshToken, transport }, context) => {
      const refreshed = await sessions.refresh(refreshToken, { ...byStranger(context), transport });
      if (refreshed.ok) return refreshed;
      const { reason } = refreshed.refusal;
      if (reason === "malformed" || reason === "unknown_session") {
        await throttle.count("token_guess", { client: context.address });
      }
      return refuse({ reason: "invalid_grant" });
    },

    signOut: async (who, context) => {
      if ("refreshToken" in who) await sessions.endByToken(who.refreshToken, byStranger(context));
      else await endForGood(who, context);
      return done;
    },

    revokeToken: async (token, context) => {
      if (await sessions.endByToken(token, byStranger(context))) return done;
      const verdict = await sessions.check(token);
      if (!verdict.ok) return cannotTell(verdict) ? unavailable() : done;
      const { sub: accountId, sid: sessionId } = verdict.claims;
      if (sessionId !== undefined) await endForGood({ accountId, sessionId }, context);
      return done;
    },

    reauthenticate: async (caller, { password }, context) => {
      const live = await sessions.list(caller.accountId);
      // A token may outlive its session; what is left of it must not try passwords.
      if (!live.some(({ id }) => id === caller.sessionId)) return sessionEnded;
      const who = { accountId: caller.accountId, device: caller.sessionId };
      const identity = await reauthenticate(who, password, byPerson(caller, context), parts);
      if (!identity.ok)
        return identity.refusal.reason === "rate_limited" ? refuse(identity.refusal) : invalidCredentials;
      const renewed = await sessions.renew(identity.value, caller.sessionId, byPerson(caller, context));
      return renewed ? ok(renewed) : sessionEnded;
    },
  };
}
