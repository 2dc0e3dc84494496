import { type Auth, type AuthOptions, createAuth, realWorld } from "cardea";
import { checkOptions } from "../../packages/server/src/config/options.ts";
import { openAuth } from "../../packages/server/src/createAuth.ts";
import type { CanonicalEmail } from "../../packages/server/src/people/email.ts";
import type { AcceptablePassword } from "../../packages/server/src/people/passwords/password.ts";
import { noRequest } from "../../packages/server/src/requestContext.ts";
import type { VerifiedIdentity } from "../../packages/server/src/signin/identity.ts";
import { cheapHasher } from "../../packages/server/src/testing/cheapHasher.ts";
import type { Places } from "./setups.ts";

export const issuerUrl = "https://issuer.test/auth";
export const password = "a phrase of several words" as AcceptablePassword;

/** Everybody's address has a number. */
export const emailOf = (at: number): CanonicalEmail => `user${at}@example.com` as CanonicalEmail;

type More = Partial<Omit<AuthOptions, "store">> & Places;

const defaults = (options: More): AuthOptions => ({
  issuer: issuerUrl,
  accounts: { emailVerification: "off" },
  mail: { send: async () => undefined },
  // The longest there is, so that no token ends while it is measured.
  access: { ttl: "1h" },
  ...options,
});

/** An issuer as in production. */
export const openIssuer = (options: More): Promise<Auth> => createAuth(defaults(options));

/** The same, but that passwords cost nothing: for what comes after signing in. */
export const openCheapIssuer = (options: More): Promise<Auth> =>
  openAuth(checkOptions(defaults(options)), { hasher: cheapHasher(realWorld) });

/** Makes accounts for so many numbers from `first` on, and answers what a session starts from. */
export async function addAccounts({ accounts }: Auth, count: number, first = 0): Promise<readonly VerifiedIdentity[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const made = await accounts.create({ email: emailOf(first + at), password, verified: true }, byApi);
      if (!made.ok) throw new Error("An account is already there.");
      const { id: accountId, passwordChangedAt } = made.value;
      return { accountId, amr: ["pwd"], passwordChangedAt, rehashed: undefined } as unknown as VerifiedIdentity;
    }),
  );
}

const byApi = { ...noRequest, actor: "api" };

/** What a session was given. */
export type Tokens = { readonly accessToken: string; readonly refreshToken: string };

/** Starts sessions, as signing in does after the password: so many, evenly spread over the accounts. */
export async function startSessions(
  { sessions }: Auth,
  identities: readonly VerifiedIdentity[],
  count: number,
): Promise<readonly Tokens[]> {
  const tokens: Tokens[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let at = next++; at < count; at = next++) {
      const identity = identities[at % identities.length];
      const signedIn = identity && (await sessions.start(identity, byClient));
      if (!signedIn) throw new Error("A session did not start.");
      tokens.push({ accessToken: signedIn.accessToken, refreshToken: signedIn.refreshToken });
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return tokens;
}

/** What a browser says of itself, and an IPv4 address: both are kept with the session. */
const byClient = {
  ...noRequest,
  actor: "api",
  transport: "bearer",
  address: "198.51.100.23",
  userAgent:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
} as const;

/** A request with a JSON body to one of the issuer's routes. */
export const jsonRequest = (path: string, body: object, base = issuerUrl): Request =>
  new Request(base + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
