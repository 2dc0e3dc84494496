import { JwtVerifier } from "aws-jwt-verify";
import { verifying } from "../libraryTasks.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** A verifier alone, without HMAC and PSS; its keys are put in place beforehand, so that it can verify at once. */
export const awsJwtVerify: Library = {
  name: "aws-jwt-verify",
  kind: "peer",
  tasks: (material) => {
    const { alg, kid, verificationKey } = material;
    if (alg === "HS256" || alg === "PS256") return [];
    const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks.json` });
    const jwk = {
      ...verificationKey.export({ format: "jwk" }),
      kty:
        verificationKey.asymmetricKeyType === "rsa" ? "RSA" : verificationKey.asymmetricKeyType === "ec" ? "EC" : "OKP",
      kid,
      alg,
      use: "sig",
    };
    verifier.cacheJwks({ keys: [jwk as never] });
    return [verifying(material, { verify: (token) => verifier.verifySync(token), claims: (claims) => claims })];
  },
};
