import type { CorpusCase, CorpusPolicy } from "./corpus.ts";
import type { Seal, Signer } from "./signers.ts";

/** The moment of every case, in seconds. */
export const now = 1_800_000_000;

/** What every case expects unless it says otherwise. */
export const policy: CorpusPolicy = { issuer: "https://issuer.test", audience: "api", now, typ: "JWT" };

/** Claims that satisfy the policy. */
export const goodClaims = {
  iss: "https://issuer.test",
  aud: "api",
  sub: "alice",
  jti: "7",
  iat: now,
  exp: now + 300,
} as const;

/** The same as text, and with further members at its end. */
export const goodText = JSON.stringify(goodClaims);
export const goodAnd = (members: string): string => `${goodText.slice(0, -1)},${members}}`;

/** Good claims with one member in exactly this spelling. */
export const goodWith = (name: string, spelling: string): string =>
  JSON.stringify({ ...goodClaims, [name]: "@" }).replace('"@"', spelling);

/** Base64url without padding. */
export const b64 = (data: string | Uint8Array): string => Buffer.from(data).toString("base64url");

/** The signer's own header, with members changed or added; `undefined` leaves one out. */
export const headerOf = ({ alg, name }: Pick<Signer, "alg" | "name">, members: object = {}): string =>
  JSON.stringify({ alg, typ: "JWT", kid: name, ...members });

type Parts = {
  readonly header?: string | Uint8Array;
  readonly payload?: string | Uint8Array;
  readonly seal?: Seal;
};

/** A token of any header and payload, down to their bytes, with a true signature unless `seal` makes another. */
export function craft(by: Signer, { header = headerOf(by), payload = goodText, seal = by.seal }: Parts = {}): string {
  return signed(`${b64(header)}.${b64(payload)}`, seal);
}

/** The same for claims; `undefined` leaves one out. */
export const craftClaims = (by: Signer, claims: object): string =>
  craft(by, { payload: JSON.stringify({ ...goodClaims, ...claims }) });

/** Two segments in any spelling, and the signature over them as they are spelled. */
export const signed = (input: string, seal: Seal): string => `${input}.${b64(seal(input))}`;

/** The three segments of a token. */
export function segments(token: string): readonly [header: string, payload: string, signature: string] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
}

/** A token with other bytes for a signature. */
export const withSignature = (token: string, signature: Uint8Array): string =>
  segments(token).with(2, b64(signature)).join(".");

/** The bytes of a token's signature. */
export const signatureOf = (token: string): Buffer => Buffer.from(segments(token)[2], "base64url");

/** Big-endian bytes of a number, and back. */
export const toBytes = (number: bigint, length: number): Buffer =>
  Buffer.from(number.toString(16).padStart(2 * length, "0"), "hex");
export const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);

/** What a case is made of beside its name; `by` names the one key that verifies it, `keys` several. */
type Content = {
  readonly title: string;
  readonly reason: string;
  readonly token: string;
  readonly expected: string;
  readonly by?: Signer;
  readonly keys?: readonly string[];
  readonly policy?: Partial<CorpusPolicy>;
};

/** A case of a token. The policy is the usual one with changes; `typ: undefined` leaves the check out. */
export function tokenCase(
  id: string,
  { title, reason, token, expected, by, keys, policy: changes }: Content,
): CorpusCase {
  return { id, title, reason, keys: keys ?? [by?.name ?? "hs256"], policy: policyWith(changes), token, expected };
}

/** The usual policy with changes. */
export const policyWith = (changes: Partial<CorpusPolicy> = {}): CorpusPolicy =>
  JSON.parse(JSON.stringify({ ...policy, ...changes }));

/** A text in quotes and in ASCII, for a title. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[^ -~]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
