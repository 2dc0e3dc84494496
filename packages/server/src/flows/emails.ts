import type { Emails } from "../http/flows.ts";
import type { CanonicalEmail } from "../people/email.ts";
import { type Result, refuse } from "../refusal.ts";
import { reauthenticate } from "../signin/signIn.ts";
import type { Limited } from "../signin/throttle/limits.ts";
import { byPerson, byStranger, done, invalidCredentials, type RefusalOf, sessionEnded } from "./outcome.ts";
import type { FlowParts } from "./parts.ts";

const invalidLink: Result<never, RefusalOf<"invalid_link">> = refuse({ reason: "invalid_link" });

/** Proving and changing an address. */
export function emailFlows(parts: FlowParts): Emails {
  const { throttle, emailAddress, accounts, sessions } = parts;
  /** A link that worked costs its client nothing. */
  const spend = async (
    client: string | undefined,
    work: () => Promise<boolean>,
  ): Promise<Result<undefined, RefusalOf<"invalid_link"> | Limited>> => {
    const taken = await throttle.take("link", { client });
    if (!taken.admitted) return refuse(taken);
    if (!(await work())) return invalidLink;
    await taken.giveBack();
    return done;
  };

  /** Before anything is taken: what is left of an ended session must not use up what its owner may send. */
  const isLive = async (caller: { readonly accountId: string; readonly sessionId: string }): Promise<boolean> =>
    (await sessions.list(caller.accountId)).some(({ id }) => id === caller.sessionId);

  return {
    verifyEmail: async ({ token, password }, context) => {
      const by = byStranger(context);
      const taken = await throttle.take("link", { client: context.address });
      if (!taken.admitted) return refuse(taken);
      const owner = await emailAddress.ownerOf(token, by);
      if (!owner) return invalidLink;
      const { account, linkHash } = owner;
      const identity = await reauthenticate({ accountId: account.id, device: linkHash }, password, by, parts);
      if (!identity.ok && identity.refusal.reason === "rate_limited") return refuse(identity.refusal);
      if (!identity.ok) return invalidCredentials;
      if (!(await emailAddress.verify(token, identity.value, by))) return invalidLink;
      await taken.giveBack();
      // Whatever strangers tried on the address before it was known whose it is.
      await throttle.recovered(account.email as CanonicalEmail);
      return done;
    },

    confirmEmail: ({ token }, context) =>
      spend(context.address, () => emailAddress.confirmChange(token, byStranger(context))),

    sendVerification: async (caller, context) => {
      const account = await accounts.find(caller.accountId);
      if (!account || !(await isLive(caller))) return sessionEnded;
      const taken = await throttle.take("mail", { email: account.email as CanonicalEmail });
      if (!taken.admitted) return refuse(taken);
      await emailAddress.sendVerification(caller.accountId, byPerson(caller, context));
      return done;
    },

    changeEmail: async (caller, { email }, context) => {
      if (!(await isLive(caller))) return sessionEnded;
      const request = await throttle.take("mail_request", { client: context.address });
      if (!request.admitted) return refuse(request);
      const mail = await throttle.take("mail", { email });
      if (mail.admitted) await emailAddress.requestChange(caller.accountId, email, byPerson(caller, context));
      return done;
    },
  };
}
