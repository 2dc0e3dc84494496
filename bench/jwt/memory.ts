import type * as Cardea from "@cardea/jwt";
import { type Material, newMaterial } from "./material.ts";
import { audience, issuer, newPayload } from "./payload.ts";

/** Bytes on the heap and beside it. */
export type Memory = {
  /** Growth of the heap over many verifications whose results nobody keeps. */
  readonly verifications: number;
  readonly bytesPerVerification: number;
  /** How much more a kept result weighs than its claims alone, as JSON.parse makes them. */
  readonly bytesBesideClaims: number;
  /** A verifier that remembers so many tokens, when it is full. */
  readonly cacheSize: number;
  readonly cacheMegabytes: number;
  readonly bytesPerToken: number;
  /** The same after four times as many tokens as it holds. */
  readonly cacheMegabytesLater: number;
};

const [address = "", size = "full"] = process.argv.slice(2);
const jwt: typeof Cardea = await import(address);
const scale = size === "quick" ? 20 : 1;
const policy = { issuer, audience };
const material = newMaterial("HS256", Date.now());
const key = jwt.hmacKey(material.signingKey.export(), { alg: "HS256", kid: material.kid });

const memory: Memory = {
  ...growth(material, 1_000_000 / scale),
  ...kept(material, 20_000 / scale),
  ...cache(100_000 / scale),
};
console.log(JSON.stringify(memory));

function growth({ tokens }: Material, verifications: number) {
  const { verify } = jwt.createVerifier({ keys: key, policy });
  const verifyAll = (count: number): void => {
    for (let at = 0; at < count; at++) if (!verify(tokens[at % tokens.length] ?? "").ok) throw new Error("refused");
  };
  verifyAll(50_000);
  const before = used();
  verifyAll(verifications);
  return { verifications, bytesPerVerification: rounded((used() - before) / verifications) };
}

function kept({ tokens, payloads }: Material, count: number) {
  const { verify } = jwt.createVerifier({ keys: key, policy });
  const texts = payloads.map((payload) => JSON.stringify(payload));
  const results = weigh(count, (at) => verify(tokens[at % tokens.length] ?? ""));
  const claims = weigh(count, (at) => JSON.parse(texts[at % texts.length] ?? ""));
  return { bytesBesideClaims: rounded(results - claims) };
}

/** Bytes that each of many values takes. The list is asked for its length at the end so that it lives until then. */
function weigh(count: number, make: (at: number) => unknown): number {
  const values = new Array<unknown>(count).fill(undefined);
  const before = used();
  for (let at = 0; at < count; at++) values[at] = make(at);
  const bytes = used() - before;
  return bytes / values.length;
}

function cache(cacheSize: number) {
  const { verify } = jwt.createVerifier({ keys: key, policy, cacheSize });
  const sign = jwt.createSigner({ key });
  const fill = (count: number): void => {
    for (let at = 0; at < count; at++) if (!verify(sign(newPayload(Date.now()))).ok) throw new Error("refused");
  };
  fill(2);
  const before = used();
  fill(cacheSize - 2);
  const bytes = used() - before;
  fill(3 * cacheSize);
  const later = used() - before;
  fill(1); // so that the cache lives until here
  return {
    cacheSize,
    cacheMegabytes: megabytes(bytes),
    bytesPerToken: Math.round(bytes / cacheSize),
    cacheMegabytesLater: megabytes(later),
  };
}

function used(): number {
  if (gc === undefined) throw new Error("start with --expose-gc");
  for (let times = 0; times < 3; times++) gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}

function megabytes(bytes: number): number {
  return Number((bytes / 1e6).toFixed(1));
}
