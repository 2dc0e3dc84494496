import type { SecurityEvent } from "../event.ts";
import type { CanonicalEmail } from "../people/email.ts";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { AcceptablePassword } from "../people/passwords/password.ts";
import type { By, People } from "../people/people.ts";
import { ok, type Result, refuse, type SignInRefusal } from "../refusal.ts";
import type { Account } from "../store/ports.ts";
import type { VerifiedIdentity } from "./identity.ts";
import type { Limited } from "./throttle/limits.ts";
import type { SignInAttempt } from "./throttle/signInAdmission.ts";
import type { Throttle } from "./throttle/throttle.ts";

/** Email and password as they were typed, in their canonical forms. */
export type Credentials = { readonly email: CanonicalEmail; readonly password: AcceptablePassword };

/** Where a try comes from; `device` tells the id of the device if the account knows it. */
export type Attempt = By & { readonly device: (account: Account | undefined) => string | undefined };

/** A refusal, and for who tried: how many tries cost no wait now; undefined where that is not known. The number belongs in no event. */
export type RefusedTry = SignInRefusal & { readonly triesLeft: number | undefined };

/** What signing in needs. */
export type SignInParts = {
  readonly people: Pick<People, "find" | "findByEmail">;
  readonly hasher: PasswordHasher;
  readonly throttle: Pick<Throttle, "signIn">;
  /** Whether an address must be proved before anybody can sign in. */
  readonly needsVerifiedEmail: boolean;
  readonly refused: (event: SecurityEvent, by: By) => void;
};

/**
 * Checks email and password. Unknown, wrong, disabled and unproved cost the same work and differ only in the event. A try counts
 * before the password is looked at, so that tries at the same time count too.
 */
export async function signIn(
  { email, password }: Credentials,
  { device, ...by }: Attempt,
  { people, hasher, throttle, needsVerifiedEmail, refused }: SignInParts,
): Promise<Result<VerifiedIdentity, RefusedTry | Limited>> {
  // Under a flood the cheapest answer comes first: counting who will not be served anyway costs the others.
  hasher.requireRoom();
  const account = await people.findByEmail(email);
  const attempt = { email, client: by.address, device: device(account), accountId: account?.id };
  const outcome = await judged(attempt, throttle, async () => {
    const { matches, outdated } = await hasher.verify(password, account?.passwordHash);
    const refusal = refusalOf(account, matches, needsVerifiedEmail);
    if (refusal || !account) return refuse(refusal ?? unknown);
    return ok(await identityOf(account, password, { outdated, hasher, lane: "sign-in" }));
  });
  if (!outcome.ok && outcome.refusal.reason !== "rate_limited") {
    const { triesLeft, ...why } = outcome.refusal;
    refused({ type: "sign_in_refused", ...why }, by);
  }
  return outcome;
}

/**
 * The same for somebody who shows the password beside something else: a live session (RFC 9470), or a link from the mailbox. In a
 * lane of its own, so that a flood of sign-ins cannot keep people from it. `device` is the session or the link: what is known to
 * be theirs has tries of its own.
 */
export async function reauthenticate(
  { accountId, device }: { readonly accountId: string; readonly device: string },
  password: AcceptablePassword,
  by: By,
  { people, hasher, throttle, refused }: SignInParts,
): Promise<Result<VerifiedIdentity, SignInRefusal | Limited>> {
  const account = await people.find(accountId);
  if (!account) return refuse(unknown);
  const attempt = { email: account.email as CanonicalEmail, client: by.address, device, accountId };
  const outcome = await judged(attempt, throttle, async () => {
    const { matches, outdated } = await hasher.verify(password, account.passwordHash, { lane: "step-up" });
    const refusal = refusalOf(account, matches, false);
    return refusal ? refuse(refusal) : ok(await identityOf(account, password, { outdated, hasher, lane: "step-up" }));
  });
  if (!outcome.ok && outcome.refusal.reason !== "rate_limited") {
    const { sessionId } = by;
    const session = sessionId === undefined ? {} : { sessionId };
    refused({ type: "reauthentication_refused", accountId, ...session, reason: outcome.refusal.reason }, by);
  }
  return outcome;
}

type Judged = Result<VerifiedIdentity, SignInRefusal>;

/** Lets the try through the limits, and tells them how it ended. One that could not be judged costs nothing. */
async function judged(
  attempt: SignInAttempt,
  throttle: SignInParts["throttle"],
  judge: () => Promise<Judged>,
): Promise<Result<VerifiedIdentity, RefusedTry | Limited>> {
  const admission = await throttle.signIn(attempt);
  if (!admission.admitted) return refuse(admission);
  let outcome: Judged;
  try {
    outcome = await judge();
  } catch (fault) {
    await admission.unjudged();
    throw fault;
  }
  if (outcome.ok) {
    await admission.succeeded();
    return outcome;
  }
  await admission.failed();
  return refuse({ ...outcome.refusal, triesLeft: admission.triesLeft });
}

const unknown: SignInRefusal = { reason: "unknown_account" };

function refusalOf(
  account: Account | undefined,
  matches: boolean,
  needsVerifiedEmail: boolean,
): SignInRefusal | undefined {
  if (!account) return unknown;
  const accountId = account.id;
  if (!matches) return { reason: "wrong_password", accountId };
  if (account.disabledAt !== undefined) return { reason: "account_disabled", accountId };
  if (needsVerifiedEmail && account.emailVerifiedAt === undefined) return { reason: "email_not_verified", accountId };
  return undefined;
}

type Upgrade = {
  readonly outdated: boolean;
  readonly hasher: PasswordHasher;
  readonly lane: "sign-in" | "step-up";
};

/** The only maker of identities. An outdated hash is replaced when the session starts; if there is no room for hashing now, at the next sign-in. */
async function identityOf(
  account: Account,
  password: AcceptablePassword,
  { outdated, hasher, lane }: Upgrade,
): Promise<VerifiedIdentity> {
  const { id: accountId, passwordHash: from, passwordChangedAt } = account;
  const to = outdated ? await hasher.hash(password, { lane }).catch(() => undefined) : undefined;
  const rehashed = to === undefined ? undefined : { from, to };
  return { accountId, amr: ["pwd"], passwordChangedAt, rehashed } as unknown as VerifiedIdentity;
}
