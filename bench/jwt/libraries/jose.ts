import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { cryptoKeys } from "../cryptoKeys.ts";
import { signing, verifying } from "../libraryTasks.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** With CryptoKeys, which it uses as they are. */
export const jose: Library = {
  name: "jose",
  kind: "peer",
  tasks: async (material) => {
    const { alg, kid } = material;
    const keys = await cryptoKeys(material);
    const header = { alg, typ: "JWT", kid };
    const options = { algorithms: [alg], issuer, audience };
    return [
      signing(material, (payload) =>
        new SignJWT(payload as unknown as JWTPayload).setProtectedHeader(header).sign(keys.signingKey),
      ),
      verifying(material, {
        verify: (token) => jwtVerify(token, keys.verificationKey, options),
        claims: ({ payload }) => payload,
      }),
    ];
  },
};
