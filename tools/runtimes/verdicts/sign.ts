import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import process from "node:process";
import {
  createAsyncSigner,
  createVerifier,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  type HmacKey,
  importSecretJwk,
  keySetFromJwks,
  privateKey,
  publicKey,
  publicKeyOf,
  type SigningKey,
  sign,
  thumbprint,
  type VerificationKey,
} from "@cardea/jwt";
import { claims, clock, policy, verdictOf } from "./expectations.ts";
import { isHmac, publicJwk, secretJwk, signingKey, verificationKey } from "./keys.ts";
import { algorithms, answerOf, type Name, names, type Row } from "./row.ts";

/** RSA is everywhere, and its keys take their time. */
const isAbsent = (alg: Name): boolean => algorithms[alg] !== "RSA" && answerOf(() => generateKey(alg).alg) !== alg;

/** What every door says to an algorithm that this runtime does not have. */
function refusals(alg: Name): readonly string[] {
  if (isHmac(alg)) return [];
  return [
    answerOf(() => generateKey(alg).alg),
    answerOf(() => privateKey(secretJwk(alg), { alg }).alg),
    answerOf(() => publicKey(publicJwk(alg), { alg }).alg),
    answerOf(() => String(keySetFromJwks({ keys: [publicJwk(alg)] }, { allow: [alg] }))),
  ];
}

async function exercise(alg: Name): Promise<void> {
  const ask = (question: string, due: string, answer: () => string): void => {
    const verdict = answerOf(answer);
    rows.push({ id: `${alg}: ${question}`, about: [alg], verdict, isRight: verdict.startsWith(due) });
  };
  const fresh = generateKey(alg, { kid: "fresh", ...(algorithms[alg] === "RSA" && { modulusLength: 2048 }) });
  const token = sign(claims, fresh);
  ask("a token of a new key", "accepted", () => judge(token, publicOf(fresh)));
  ask("a token of another key", "unknown_key", () => judge(token, verificationKey(alg)));
  ask("a token with another payload", "bad_signature", () =>
    judge(withPayload(token, { ...claims, sub: "mallory" }), publicOf(fresh)),
  );
  const pooled = await createAsyncSigner({ key: fresh })(claims);
  ask("a token from the thread pool", "accepted", () => judge(pooled, publicOf(fresh)));
  ask("the secret, exported and imported", "accepted", () => judge(token, publicOf(travelled(fresh))));
  ask("signed with what was imported", "accepted", () => judge(sign(claims, travelled(fresh)), publicOf(fresh)));
  if (!isHmac(alg) && fresh.kind === "private") {
    ask("the public key, exported and imported", "accepted", () =>
      judge(token, publicKey(exportPublicJwk(fresh), { alg })),
    );
    ask("the public key, from a JWK set", "accepted", () => verdictOf(fromSet(exportPublicJwk(fresh), alg, token)));
    ask("the thumbprint of the common key", "", () => thumbprint(publicJwk(alg)));
    ask("the common key, exported", "[[", () => sorted(exportPublicJwk(publicKey(publicJwk(alg), { alg }))));
  }
  tokens[alg] = sign(claims, signingKey(alg));
  if (isDeterministic(alg)) ask("the token of the common key", "eyJ", () => String(tokens[alg]));
}

/** Signatures that are the same each time (RFC 2104, RFC 8017 §8.2, RFC 8032). */
const isDeterministic = (alg: Name): boolean => /^(?:HS|RS|Ed)/.test(alg);

const judge = (token: string, keys: VerificationKey): string =>
  verdictOf(createVerifier({ keys, policy, now: clock }).verify(token));

const publicOf = (key: SigningKey): VerificationKey => (key.kind === "private" ? publicKeyOf(key) : (key as HmacKey));

function travelled(key: SigningKey): SigningKey {
  const jwk = exportSecretJwk(key);
  return key.alg === "ES256K" ? privateKey(jwk, { alg: key.alg }) : importSecretJwk(jwk);
}

const fromSet = (jwk: object, alg: Name, token: string) =>
  createVerifier({ keys: keySetFromJwks({ keys: [jwk] }, { allow: [alg] }), policy, now: clock }).verify(token);

function withPayload(token: string, payload: object): string {
  const [header, , signature] = token.split(".");
  return [header, Buffer.from(JSON.stringify(payload)).toString("base64url"), signature].join(".");
}

const sorted = (jwk: object): string => JSON.stringify(Object.entries(jwk).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * First half: makes keys, signs, and takes keys out and in again, with every algorithm. Writes its answers to the file
 * that is named on the command line, with a token of each algorithm for all runtimes to judge.
 */
const rows: Row[] = [];
const tokens: Record<string, string> = {};
const absent: Name[] = [];
for (const alg of names) {
  if (isAbsent(alg)) absent.push(alg);
  else await exercise(alg);
}
writeFileSync(String(process.argv[2]), JSON.stringify({ rows, tokens, absent, refusals: absent.flatMap(refusals) }));
