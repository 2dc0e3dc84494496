import type { CorpusCase } from "./corpus.ts";
import { b64, craft, craftClaims, now, segments, signatureOf, tokenCase, withSignature } from "./craft.ts";
import { type Signer, signer } from "./signers.ts";

const mains = ["hs256", "rs256", "ps256", "es256", "eddsa"].map(signer);

const forged = (id: string, title: string, reason: string, token: string, by: Signer): CorpusCase =>
  tokenCase(`forged-${id}`, { title, reason, token, by, expected: "bad_signature" });

/** The good token's signature under another payload. */
function repaid(by: Signer, payload: string): string {
  const [header, , signature] = segments(craft(by));
  return `${header}.${b64(payload)}.${signature}`;
}

const changed = mains.flatMap((by) =>
  Object.entries({ role: { role: "admin" }, sub: { sub: "admin" } }).map(([name, claims]) => {
    const [, payload] = segments(craftClaims(by, claims));
    const [header, , signature] = segments(craft(by));
    const title = `The ${by.alg} token's payload was changed after signing: ${name}.`;
    return forged(`${by.name}-${name}`, title, "RFC 7515 §5.2", `${header}.${payload}.${signature}`, by);
  }),
);

const garbage = Object.entries({ "no-json": "not JSON", array: "[]", duplicate: '{"a":1,"a":2}', number: "1" }).map(
  ([name, payload]) =>
    forged(
      `payload-${name}`,
      `The payload is malformed and the signature is not for it: ${name}. Nothing unsigned is parsed.`,
      "RFC 7519 §7.2, RFC 8725 §3.3",
      repaid(signer("hs256"), payload),
      signer("hs256"),
    ),
);

const strangers = ["hs256", "rs256", "es256", "eddsa"].map((name) => {
  const by = signer(name);
  const token = craft(by, { seal: signer(`stranger-${name}`).seal });
  return forged(`stranger-${name}`, `Another ${by.alg} key signed under this kid.`, "RFC 8725 §3.3", token, by);
});

/** Refused for the signature, though the claims alone would do: what an unsigned claim says is nobody's business. */
const faults: Readonly<Record<string, object>> = {
  expired: { exp: now - 1, iat: now - 9 },
  "wrong-issuer": { iss: "https://evil.test" },
  "wrong-audience": { aud: "other" },
  "not-yet-valid": { nbf: now + 60 },
  "no-exp": { exp: undefined },
};

const ordered = mains.flatMap((by) => {
  const names = by.name === "hs256" || by.name === "es256" ? Object.keys(faults) : ["expired"];
  return names.map((name) =>
    forged(
      `and-${name}-${by.name}`,
      `The ${by.alg} token is ${name.replaceAll("-", " ")} and forged; it must be refused as forged.`,
      "CVE-2024-51744, RFC 7519 §7.2",
      brokenSeal(craftClaims(by, faults[name] ?? {})),
      by,
    ),
  );
});

/** One bit of the signature flipped. */
function brokenSeal(token: string): string {
  const signature = signatureOf(token);
  return withSignature(token, signature.with(9, (signature[9] ?? 0) ^ 1));
}

const moved = mains.slice(0, 1).map((by) => {
  const [header, payload] = segments(craft(by));
  const [, , signature] = segments(craftClaims(by, { sub: "bob" }));
  const title = "The signature is that of another token by the same key.";
  return forged(`moved-${by.name}`, title, "RFC 7515 §5.2", `${header}.${payload}.${signature}`, by);
});

/** Tokens that were changed after signing, or signed by somebody else. */
export const forgedCases: readonly CorpusCase[] = [...changed, ...garbage, ...strangers, ...ordered, ...moved];
