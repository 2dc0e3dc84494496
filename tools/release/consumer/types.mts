// What must compile for a stranger, and what must not. Nothing here runs.
import { createVerifier as createJwtVerifier, generateKey, publicKeyOf, type Refusal, sign } from "@cardea/jwt";
import { type AccessClaims, createVerifier, unchecked, type Verdict } from "@cardea/verifier";
import { createAuth, memory } from "cardea";

const policy = { issuer: "https://issuer.example", audience: "app" };

/** The subject of a token, or why there is none: `ok` decides which of the two the compiler lets us read. */
export function subjectOf(token: string): string | Refusal {
  const key = generateKey("ES256");
  const result = createJwtVerifier({ keys: publicKeyOf(key), policy }).verify(token || sign({ sub: "u1" }, key));
  return result.ok ? String(result.claims.sub) : result.refusal;
}

const verifier = createVerifier({ ...policy, revocation: unchecked });
const verdict: Verdict = verifier.verify("");

// @ts-expect-error only the public half verifies
createJwtVerifier({ keys: generateKey("ES256"), policy });

// @ts-expect-error whether revocation is checked has to be said
createVerifier(policy);

// @ts-expect-error claims may be read only once the verdict is known to be good
export const early: AccessClaims = verdict.claims;

/** The embedded server, with its own types. */
export const auth = createAuth({ issuer: policy.issuer, store: memory() });
