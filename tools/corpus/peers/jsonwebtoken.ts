import library, { type Algorithm, type GetPublicKeyOrSecret, type JwtPayload, type Secret } from "jsonwebtoken";
import type { CorpusCase } from "../corpus.ts";
import { algorithmExcuse, algorithmsOf, applicationExcuse, isAboutJwk, jwksOf, nodeKey, secretOf } from "./material.ts";
import type { Peer } from "./peer.ts";

/** With everything that the policy says and jsonwebtoken has an option for: neither a typ nor required claims. */
export const jsonwebtoken: Peer = {
  name: "jsonwebtoken",
  packageName: "jsonwebtoken",
  setup:
    "`verify` with `issuer`, `audience`, `algorithms`, `clockTolerance` and `clockTimestamp`; it has no option for `typ`, `crit` or required claims and takes no JWK, so keys come through `createPublicKey`, and sets through its key callback by `kid`",
  excuse: (one) => {
    if (one.import?.as === "set") return "has no JWK sets";
    if (isAboutJwk(one)) return "takes no JWK";
    return applicationExcuse(one) ?? algorithmExcuse(one, /^(HS|RS|PS|ES)\d+$/);
  },
  verify: (one) =>
    new Promise((resolve, reject) => {
      const { issuer, audience, now, clockToleranceSeconds = 0 } = one.policy;
      const options = {
        issuer,
        audience,
        algorithms: algorithmsOf(one) as Algorithm[],
        clockTolerance: clockToleranceSeconds,
        clockTimestamp: now,
      };
      const done = (error: Error | null, claims?: string | JwtPayload) =>
        error === null ? resolve(claims) : reject(error);
      library.verify(one.token, keyOf(one), options, done);
    }),
  isOwnError: (error) => error instanceof library.JsonWebTokenError,
};

function keyOf(one: CorpusCase): Secret | GetPublicKeyOrSecret {
  const { import: imported } = one;
  if (imported?.as === "secret") return secretOf(imported.value);
  if (imported?.as === "public") return typeof imported.value === "string" ? imported.value : nodeKey(imported.value);
  const [jwk, ...others] = jwksOf(one);
  if (jwk !== undefined && others.length === 0) return nodeKey(jwk);
  return ({ kid }, done) => {
    const found = jwksOf(one).find((one) => one.kid === kid);
    return found === undefined ? done(new Error("no key has that kid")) : done(null, nodeKey(found));
  };
}
