import type * as Cardea from "@cardea/jwt";
import { repeating, signing, type Verification, verifying } from "../libraryTasks.ts";
import type { Material } from "../material.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** The package as it was built; every check is on, as none of them can be left out. */
export const cardea = (jwt: typeof Cardea): Library => ({
  name: "@cardea/jwt",
  kind: "ours",
  tasks: (material) => {
    const { signingKey, verificationKey } = keysOf(jwt, material);
    const verification = (cacheSize: number): Verification<Cardea.VerifyResult> => ({
      verify: jwt.createVerifier({ keys: verificationKey, policy: { issuer, audience }, cacheSize }).verify,
      claims: (result) => (result.ok ? result.claims : undefined),
    });
    return [
      signing(material, jwt.createSigner({ key: signingKey })),
      verifying(material, verification(0)),
      repeating(material, verification(1000)),
    ];
  },
});

type KeyPair = { readonly signingKey: Cardea.SigningKey; readonly verificationKey: Cardea.VerificationKey };

function keysOf(jwt: typeof Cardea, { alg, kid, signingKey, verificationKey }: Material): KeyPair {
  if (alg === "HS256") {
    const key = jwt.hmacKey(signingKey.export(), { alg, kid });
    return { signingKey: key, verificationKey: key };
  }
  return {
    signingKey: jwt.privateKey(signingKey, { alg, kid }),
    verificationKey: jwt.publicKey(verificationKey, { alg, kid }),
  };
}
