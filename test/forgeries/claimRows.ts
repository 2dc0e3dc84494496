import { generateKeyPairSync } from "node:crypto";
import { rawSigner, rawToken } from "../support/rawToken.ts";
import { each, type Genuine, type Row, signedBy, withClaims } from "./forgery.ts";

const stranger = rawSigner({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  alg: "ES256",
});
const yearSeconds = 31_536_000;

/** What claims may not say, though the signature is right. */
export const claimRows: readonly Row[] = [
  {
    id: "J-21",
    rule: "no claims that say something twice",
    forge: (genuine) => {
      const claims = JSON.stringify(genuine.payload).slice(1);
      return each(['{"sub":"victim",', '{"exp":1,', '{"s\\u0075b":"victim",'], (start) =>
        rawToken(genuine.header, start + claims, genuine.sign),
      );
    },
  },
  {
    id: "J-33",
    rule: "no token that leaves out what it must say",
    forge: (genuine) => [
      ...each(["exp", "iat", "sub", "jti", "aud", "iss", "client_id"], (claim) =>
        withClaims(genuine, { [claim]: undefined }),
      ),
      // Only the issuer ends sessions, so only there is a token of no session good for nothing.
      { what: "sid", token: withClaims(genuine, { sid: undefined }), only: "issuer" },
    ],
  },
  {
    id: "J-35",
    rule: "no token from the future, from before time, or that ends before it began",
    forge: (genuine) => {
      const now = Math.floor(Date.now() / 1000);
      return [
        { what: "in a year", token: withClaims(genuine, { iat: now + yearSeconds, exp: now + yearSeconds + 300 }) },
        { what: "in a year, exp as it was", token: withClaims(genuine, { iat: now + yearSeconds }) },
        { what: "iat after exp", token: withClaims(genuine, { iat: now + 4, exp: now + 3 }) },
        { what: "negative", token: withClaims(genuine, { iat: -1 }) },
        ...each(["0", null, [0], {}, true], (iat) => withClaims(genuine, { iat })),
      ];
    },
  },
  {
    id: "J-40, ASVS-10.3.1, OA-5",
    rule: "no token for somebody else",
    forge: (genuine) =>
      each(
        [
          "billing",
          ["billing"],
          "app-evil",
          "app ",
          " app",
          "App",
          "",
          { "0": "app" },
          [["app"]],
          [],
          ["app", 1],
          null,
          0,
        ],
        (aud) => withClaims(genuine, { aud }),
      ),
  },
  {
    id: "J-50",
    rule: "no claim added without the key, and no key but ours",
    forge: (genuine) => [
      ...each<Readonly<Record<string, unknown>>>(
        [{ role: "admin" }, { roles: ["admin"] }, { scope: ["admin"] }, { amr: ["mfa"] }, { sub: "victim" }],
        (claims) => resigned(genuine, claims),
      ),
      { what: "a stranger's key, our kid", token: signedBy(genuine, genuine.header, stranger) },
      {
        what: "a stranger's key, ES256, our kid",
        token: signedBy(genuine, { ...genuine.header, alg: "ES256" }, stranger),
      },
      {
        what: "a stranger's key and kid",
        token: signedBy(genuine, { alg: "ES256", typ: "at+jwt", kid: "s" }, stranger),
      },
    ],
  },
];

/** Other claims under the old signature. */
function resigned({ header, payload, parts }: Genuine, claims: Readonly<Record<string, unknown>>): string {
  const [, , signature] = parts;
  return rawToken(header, { ...payload, ...claims }, () => Buffer.from(signature, "base64url"));
}
