import { type Algorithm as NodeRsAlgorithm, signSync, verifySync } from "@node-rs/jsonwebtoken";
import { signing, verifying } from "../libraryTasks.ts";
import type { Material } from "../material.ts";
import { audience, issuer } from "../payload.ts";
import type { Library } from "../task.ts";

/** In Rust, with a cryptography of its own. It takes keys as text or bytes only. */
export const nodeRs: Library = {
  name: "@node-rs/jsonwebtoken",
  kind: "native",
  tasks: (material) => {
    const algorithm = material.alg as NodeRsAlgorithm;
    const [signingKey, verificationKey] = [signingKeyOf(material), verificationKeyOf(material)];
    const header = { algorithm, keyId: material.kid };
    const validation = { algorithms: [algorithm], iss: [issuer], aud: [audience] };
    return [
      signing(material, (payload) => signSync(payload, signingKey, header)),
      verifying(material, {
        verify: (token) => verifySync(token, verificationKey, validation),
        claims: (claims) => claims,
      }),
    ];
  },
};

const signingKeyOf = ({ alg, signingKey }: Material): string | Uint8Array =>
  alg === "HS256" ? signingKey.export() : signingKey.export({ format: "pem", type: "pkcs8" }).toString();

const verificationKeyOf = ({ alg, verificationKey }: Material): string | Uint8Array =>
  alg === "HS256" ? verificationKey.export() : verificationKey.export({ format: "pem", type: "spki" }).toString();
