import { changePassword } from "../account/password.ts";
import type { Passwords } from "../http/flows.ts";
import { ok, refuse } from "../refusal.ts";
import { reauthenticate } from "../signin/signIn.ts";
import { byPerson, byStranger, done, invalidCredentials, passwordRefused, sessionEnded } from "./outcome.ts";
import type { FlowParts } from "./parts.ts";

/** Getting another password. */
export function passwordFlows(parts: FlowParts): Passwords {
  const { throttle, recovery, policy, accounts, sessions, background } = parts;
  return {
    forgotPassword: async ({ email }, context) => {
      const taken = await throttle.take("mail_request", { client: context.address });
      if (!taken.admitted) return refuse(taken);
      // Behind the answer, so that nobody learns from its time whether there is somebody to write to.
      background.run("forgotten password", async () => {
        const mail = await throttle.take("reset_mail", { email });
        if (mail.admitted) await recovery.forgot(email, byStranger(context));
      });
      return done;
    },

    resetPassword: async ({ token, password }, context) => {
      const taken = await throttle.take("link", { client: context.address });
      if (!taken.admitted) return refuse(taken);
      const reset = await recovery.reset(token, password, byStranger(context));
      if (!reset.ok && "refusal" in reset.refusal) {
        await taken.giveBack();
        return passwordRefused(reset.refusal.refusal);
      }
      if (!reset.ok) return refuse({ reason: "invalid_link" });
      await taken.giveBack();
      await throttle.recovered(reset.value.email);
      return done;
    },

    changePassword: async (caller, { current, password: input, keepOtherSessions: keepOthers }, context) => {
      const by = byPerson(caller, context);
      const account = await accounts.find(caller.accountId);
      const session = (await sessions.list(caller.accountId)).find(({ id }) => id === caller.sessionId);
      if (!account || !session) return sessionEnded;
      const who = { accountId: caller.accountId, device: caller.sessionId };
      const identity = await reauthenticate(who, current, by, parts);
      if (!identity.ok)
        return identity.refusal.reason === "rate_limited" ? refuse(identity.refusal) : invalidCredentials;
      const password = await policy.accept(input, { email: account.email });
      if (!password.ok) return passwordRefused(password.refusal);
      const change = { identity: identity.value, sessionId: session.id, password: password.value, keepOthers };
      const changed = await changePassword(change, { ...by, transport: session.transport }, parts);
      return changed ? ok(changed) : sessionEnded;
    },
  };
}
