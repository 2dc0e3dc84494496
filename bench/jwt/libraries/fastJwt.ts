import type { Buffer } from "node:buffer";
import { createSigner, createVerifier } from "fast-jwt";
import { repeating, signing, verifying } from "../libraryTasks.ts";
import type { Material } from "../material.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** Keys as PEM text or a secret as bytes, prepared once by the library; without its cache, but for `repeat`. */
export const fastJwt: Library = {
  name: "fast-jwt",
  kind: "peer",
  tasks: (material) => {
    const { alg: algorithm, kid } = material;
    const verification = (cache: boolean) => ({
      verify: createVerifier({
        key: verificationKeyOf(material),
        algorithms: [algorithm],
        allowedIss: issuer,
        allowedAud: audience,
        cache,
      }) as (token: string) => unknown,
      claims: (claims: unknown) => claims,
    });
    return [
      signing(material, createSigner({ key: signingKeyOf(material), algorithm, kid })),
      verifying(material, verification(false)),
      repeating(material, verification(true)),
    ];
  },
};

const signingKeyOf = ({ alg, signingKey }: Material): Buffer | string =>
  alg === "HS256" ? signingKey.export() : signingKey.export({ format: "pem", type: "pkcs8" });

const verificationKeyOf = ({ alg, verificationKey }: Material): Buffer | string =>
  alg === "HS256" ? verificationKey.export() : verificationKey.export({ format: "pem", type: "spki" });
