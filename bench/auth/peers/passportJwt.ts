import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";
import passport from "passport";
import { ExtractJwt, Strategy, type StrategyOptionsWithoutRequest } from "passport-jwt";
import type { Contender } from "../rounds.ts";

/** The algorithms that it is measured with, as issuer's key pairs or secrets. */
const keys = {
  HS256: () => {
    const secret = createSecretKey(randomBytes(32));
    return { privateKey: secret, publicKey: secret };
  },
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
} as const;
export type PassportAlgorithm = keyof typeof keys;
export const passportAlgorithms = Object.keys(keys) as readonly PassportAlgorithm[];

/** passport with passport-jwt, from the Authorization header until the request has its user. The key is a KeyObject, which saves parsing PEM each time. */
export function passportJwtChecks(name: string, alg: PassportAlgorithm, tokens: number): Contender {
  const { privateKey, publicKey } = keys[alg]();
  const authenticator = new passport.Passport();
  authenticator.use(
    new Strategy(rules(alg, publicKey), (claims: { readonly sub: string }, done) => done(null, { id: claims.sub })),
  );
  const authenticate = authenticator.authenticate("jwt", { session: false });
  const headers = Array.from({ length: tokens }, (_, at) => ({
    authorization: `Bearer ${jwt.sign(claimsOf(at), privateKey, { algorithm: alg, expiresIn: 3600, keyid: "k1" })}`,
  }));
  return {
    name,
    run: (at) =>
      new Promise((resolve, reject) => {
        const request: { readonly headers: unknown; readonly user?: unknown } = { headers: headers[at % tokens] };
        const refused = { setHeader: () => undefined, end: () => reject(new Error(`${name} refused a token.`)) };
        authenticate(request, refused, (error?: unknown) => {
          if (error !== undefined || !request.user) reject(error ?? new Error(`${name} found nobody.`));
          else resolve(undefined);
        });
      }),
  };
}

const rules = (alg: PassportAlgorithm, key: KeyObject): StrategyOptionsWithoutRequest => ({
  jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
  secretOrKey: key as unknown as Buffer,
  algorithms: [alg],
  issuer: "https://issuer.test/auth",
  audience: "app",
});

/** The claims that our own tokens have. */
const claimsOf = (at: number): object => ({
  iss: "https://issuer.test/auth",
  sub: randomBytes(16).toString("base64url"),
  aud: "app",
  client_id: "first-party",
  jti: randomBytes(16).toString("base64url"),
  sid: randomBytes(16).toString("base64url"),
  auth_time: Math.floor(Date.now() / 1000),
  amr: ["pwd"],
  rvp: 0,
  email: `user${at}@example.com`,
  email_verified: true,
  roles: [],
});
