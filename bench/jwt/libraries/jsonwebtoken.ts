import jwt from "jsonwebtoken";
import { signing, verifying } from "../libraryTasks.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** With KeyObjects: parsing PEM text on each call, as in its documentation, takes up to four times as long. */
export const jsonwebtoken: Library = {
  name: "jsonwebtoken",
  kind: "peer",
  tasks: (material) => {
    const { alg, kid: keyid, signingKey, verificationKey } = material;
    if (alg === "EdDSA") return [];
    const signOptions = { algorithm: alg, keyid };
    const verifyOptions = { algorithms: [alg], issuer, audience };
    return [
      signing(material, (payload) => jwt.sign(payload, signingKey, signOptions)),
      verifying(material, {
        verify: (token) => jwt.verify(token, verificationKey, verifyOptions),
        claims: (claims) => claims,
      }),
    ];
  },
};
