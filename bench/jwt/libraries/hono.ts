import { sign, verify } from "hono/jwt";
import { cryptoKeys } from "../cryptoKeys.ts";
import { signing, verifying } from "../libraryTasks.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** With CryptoKeys, which it uses as they are; a key in any other form it would import on each call. */
export const hono: Library = {
  name: "hono/jwt",
  kind: "peer",
  tasks: async (material) => {
    const { alg } = material;
    const keys = await cryptoKeys(material);
    const options = { alg, iss: issuer, aud: audience };
    return [
      signing(material, (payload) => sign({ ...payload }, keys.signingKey, alg)),
      verifying(material, {
        verify: (token) => verify(token, keys.verificationKey, options),
        claims: (claims) => claims,
      }),
    ];
  },
};
