import { verify, verifyWithJwks } from "hono/jwt";
import type { CorpusCase, KeyImport } from "../corpus.ts";
import { algorithmExcuse, algorithmsOf, applicationExcuse, jwksOf, secretOf } from "./material.ts";
import type { Peer } from "./peer.ts";

type KeyOrText = Parameters<typeof verify>[1];
type Algorithm = "HS256" | "RS256" | "ES256";
type JwkOfSet = NonNullable<Parameters<typeof verifyWithJwks>[1]["keys"]>[number];

/** With everything that the policy says and hono has an option for: neither required claims nor a tolerance. */
export const hono: Peer = {
  name: "hono/jwt",
  packageName: "hono",
  setup:
    "`verify` with `iss`, `aud`, `alg` and `typ`, keys as JWK or PEM, and `verifyWithJwks` with `allowedAlgorithms` for sets; it has no option for required claims or a tolerance, and its clock is the machine's, which the measurement sets",
  excuse: (one) => {
    if (one.policy.critical !== undefined) return "refuses every `crit`";
    if (one.policy.clockToleranceSeconds !== undefined) return "has no tolerance for clocks";
    return applicationExcuse(one) ?? algorithmExcuse(one, /^((HS|RS|PS|ES)(256|384|512)|EdDSA)$/);
  },
  verify: (one) => atTime(one.policy.now, () => start(one)),
  isOwnError: (error) => error instanceof Error && /^Jwt/.test(error.name),
};

function start(one: CorpusCase): Promise<unknown> {
  const { issuer, audience, typ } = one.policy;
  const verification = { iss: issuer, aud: audience, ...(typ !== undefined && { typ }) };
  const { import: imported } = one;
  const [first, ...others] = imported === undefined ? jwksOf(one) : [];
  const set = imported?.as === "set" ? keysOf(imported.value) : [first, ...others];
  const isSet = imported?.as === "set" || others.length > 0;
  const [alg = ""] = algorithmsOf(one);
  if (!isSet) {
    const key = imported === undefined ? first : asGiven(imported);
    return verify(one.token, key as KeyOrText, { ...verification, alg: alg as Algorithm });
  }
  const allowedAlgorithms = algorithmsOf(one).filter((name) => !name.startsWith("HS")) as "ES256"[];
  return verifyWithJwks(one.token, { keys: set as JwkOfSet[], allowedAlgorithms, verification });
}

/** A secret that is text as text, since that is how most callers give it. */
function asGiven({ as, value }: KeyImport): unknown {
  if (as !== "secret") return value;
  const secret = secretOf(value);
  const text = secret.toString();
  return Buffer.from(text).equals(secret) ? text : value;
}

/** As one would read a set that was fetched. */
const keysOf = (value: unknown): readonly unknown[] => (value as { keys: readonly unknown[] }).keys;

/** hono reads the clock before it waits for anything. */
async function atTime<T>(now: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = () => now * 1000;
  try {
    return await work();
  } finally {
    Date.now = real;
  }
}
