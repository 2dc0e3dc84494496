import type { Auth } from "../auth.ts";
import { type AuthOptions, checkOptions } from "../config/options.ts";
import { openAuth } from "../createAuth.ts";
import type { EventContext, SecurityEvent } from "../event.ts";
import type { Inbox } from "../mail/transport/inbox.ts";
import { canonicalEmail } from "../people/email.ts";
import { acceptPassword } from "../people/passwords/password.ts";
import { ConfigurationError } from "../refusal.ts";
import { noRequest } from "../requestContext.ts";
import { memory } from "../store/memory/memory.ts";
import { cheapHasher } from "./cheapHasher.ts";
import { type TestClock, testClock } from "./clock.ts";
import { tampered } from "./tampered.ts";

/** An issuer for tests: in memory, with a clock of its own, an inbox and a hash that costs nothing. Everything else is the real thing. */
export type TestAuth = {
  readonly auth: Auth;
  /** The issuer's clock, which only moves when it is told to. */
  readonly clock: TestClock;
  /** All mails that were sent. */
  readonly inbox: Inbox;
  /** What happened, in order. */
  readonly events: readonly SecurityEvent[];
  /** Makes an account and signs in to it, through the real routes. */
  readonly user: (person?: TestPerson) => Promise<TestUser>;
  /** Ends all sessions of a user: in the modes with a log every verifier refuses their tokens. */
  readonly revoke: (user: Pick<TestUser, "id">) => Promise<void>;
  /** The token with other claims under its old signature: what a forger would send. */
  readonly tamper: (token: string, claims: Readonly<Record<string, unknown>>) => string;
  readonly close: () => Promise<void>;
};

/** Who is made; what is left out is chosen. */
export type TestPerson = {
  readonly email?: string;
  readonly password?: string;
  readonly roles?: readonly string[];
  readonly fields?: Readonly<Record<string, unknown>>;
};

/** Somebody who is signed in. */
export type TestUser = {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
  /** `Authorization` with the access token, and what else is given. */
  readonly headers: (more?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
};

/** What may be chosen: the options of `createAuth`, none of which is needed. */
export type TestOptions = Partial<Omit<AuthOptions, "world" | "development" | "mail">>;

/** Opens an issuer for tests. Throws `ConfigurationError` for options that do not fit, and where NODE_ENV is `production`. */
export async function testAuth(options: TestOptions = {}, environment = process.env): Promise<TestAuth> {
  if (environment.NODE_ENV === "production") {
    throw new ConfigurationError(
      "cardea/testing is not for production: its passwords cost nothing to guess. Use createAuth.",
    );
  }
  const { issuer = "https://issuer.test/auth", onEvent } = options;
  const clock = testClock();
  const events: SecurityEvent[] = [];
  const auth = await openAuth(
    checkOptions({
      store: memory(),
      ...options,
      issuer,
      development: true,
      world: clock.world,
      onEvent: (event: SecurityEvent, context: EventContext) => {
        events.push(event);
        onEvent?.(event, context);
      },
    }),
    { hasher: cheapHasher(clock.world) },
  );
  const { inbox } = auth;
  if (!inbox) throw new Error("A test issuer has an inbox.");
  let people = 0;

  return {
    auth,
    clock,
    inbox,
    events,
    user: async ({ email = `user${++people}@example.com`, password = "a phrase of several words", ...rest } = {}) => {
      await createAccount(auth, { ...rest, email, password });
      return signIn(auth, issuer, { email, password });
    },
    revoke: async ({ id }) => {
      await auth.sessions.endAll(id, { ...noRequest, actor: "api" });
    },
    tamper: tampered,
    close: auth.close,
  };
}

async function createAccount(
  { accounts }: Auth,
  { email, password, ...rest }: TestPerson & { readonly email: string; readonly password: string },
): Promise<void> {
  const address = canonicalEmail(email);
  const accepted = acceptPassword(password, 1);
  if (!address.ok) throw new TypeError("user: this is not an email address");
  if (!accepted.ok) throw new TypeError("user: this is no password");
  const person = { ...rest, email: address.value, password: accepted.value, verified: true };
  const created = await accounts.create(person, { ...noRequest, actor: "api" });
  if (!created.ok) throw new TypeError(`user: there is already a user ${email}`);
}

async function signIn(
  auth: Auth,
  issuer: string,
  credentials: { readonly email: string; readonly password: string },
): Promise<TestUser> {
  const request = new Request(`${issuer}/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(credentials),
  });
  const response = await auth.fetch(request);
  if (response.status !== 200) throw new Error(`Signing in was answered with ${response.status}.`);
  const { user, access_token: token, refresh_token: refreshToken } = (await response.json()) as SignInAnswer;
  return {
    ...credentials,
    id: user.id,
    token,
    refreshToken,
    headers: (more = {}) => ({ ...more, authorization: `Bearer ${token}` }),
  };
}

/** The members of the answer to a sign-in that are needed here. */
type SignInAnswer = {
  readonly user: { readonly id: string };
  readonly access_token: string;
  readonly refresh_token: string;
};
