import { createHmac, verify } from "node:crypto";
import { type Actor, kid } from "./actors.ts";
import { naiveJson } from "./naiveJson.ts";

/**
 * Whether a token is good at a moment: RFC 7515 §5.2 and RFC 7519 §7.2 in the order of their text, for an actor's key and
 * the policy of these tests, with nothing of the package in it. Slow and obvious, to be compared with.
 */
export function naiveVerify(token: string, actor: Actor, now: number): boolean {
  if (token.length > 8192) return false;
  const parts = token.split(".");
  const [header = "", payload = "", signature = ""] = parts;
  if (parts.length !== 3 || header === "" || payload === "" || signature === "") return false;
  const [headerBytes, payloadBytes, signatureBytes] = [header, payload, signature].map(bytesOf);
  if (headerBytes === undefined || payloadBytes === undefined || signatureBytes === undefined) return false;
  const headerObject = objectOf(headerBytes);
  const claims = objectOf(payloadBytes);
  if (headerObject === undefined || claims === undefined) return false;
  return (
    isGoodHeader(headerObject, actor) &&
    isSignedBy(actor, `${header}.${payload}`, signatureBytes) &&
    areGoodClaims(claims, now)
  );
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** RFC 4648 §5 without padding; bits that carry nothing are zero (§3.5). */
function bytesOf(segment: string): readonly number[] | undefined {
  const bytes: number[] = [];
  let bits = "";
  for (const character of segment) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    bits += value.toString(2).padStart(6, "0");
  }
  while (bits.length >= 8) {
    bytes.push(Number.parseInt(bits.slice(0, 8), 2));
    bits = bits.slice(8);
  }
  return bits.length >= 6 || bits.includes("1") ? undefined : bytes;
}

type Members = Readonly<Record<string, unknown>>;

function objectOf(bytes: readonly number[]): Members | undefined {
  const text = utf8(bytes);
  const value = text === undefined ? undefined : naiveJson(text)?.value;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** RFC 3629: neither overlong forms, nor surrogates, nor anything above U+10FFFF. */
function utf8(bytes: readonly number[]): string | undefined {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >> 5 === 6 ? 2 : first >> 4 === 14 ? 3 : first >> 3 === 30 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return undefined;
    let code = length === 1 ? first : first & (0xff >> (length + 1));
    for (const next of bytes.slice(at + 1, at + length)) {
      if (next >> 6 !== 2) return undefined;
      code = code * 64 + (next & 63);
    }
    const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
    if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

const has = (members: Members, name: string): boolean => Object.hasOwn(members, name);

/** RFC 7515 §4.1: the algorithm is the key's, a kid is its name, and nothing is critical; RFC 8725 §3.11: a typ is JWT. */
function isGoodHeader(header: Members, { alg }: Actor): boolean {
  if (!has(header, "alg") || header.alg !== alg) return false;
  if (has(header, "kid") && header.kid !== kid) return false;
  if (has(header, "crit") || has(header, "b64")) return false;
  if (!has(header, "typ")) return true;
  return typeof header.typ === "string" && /^(application\/)?jwt$/.test(lowerCase(header.typ));
}

/** ASCII only, so that no other letter becomes one of these. */
const lowerCase = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function isSignedBy({ alg, publicKeyObject: key }: Actor, input: string, signature: readonly number[]): boolean {
  const [data, given] = [Buffer.from(input), Buffer.from(signature)];
  const hash = `sha${alg.slice(2, 5)}`;
  if (alg.startsWith("HS")) return createHmac(hash, key).update(data).digest().equals(given);
  if (alg.startsWith("Ed")) return verify(null, data, key, given);
  return given.length === 64 && verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, given);
}

const isDate = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 2 ** 53 - 1;

/** RFC 7519 §4.1, claim by claim. */
function areGoodClaims(claims: Members, now: number): boolean {
  const { iss, aud, exp } = claims;
  const dates = ["exp", "nbf", "iat"].filter((name) => has(claims, name));
  const texts = ["iss", "sub", "jti"].filter((name) => has(claims, name));
  if (!dates.every((name) => isDate(claims[name]))) return false;
  if (!texts.every((name) => typeof claims[name] === "string")) return false;
  if (!["iss", "aud", "exp"].every((name) => has(claims, name))) return false;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.every((one) => typeof one === "string") || !audiences.includes("api")) return false;
  if (iss !== "https://issuer.test" || !(Number(exp) > now)) return false;
  const [nbf, iat] = ["nbf", "iat"].map((name) => (has(claims, name) ? Number(claims[name]) : 0));
  return Number(nbf) <= now && Number(iat) <= now && Number(iat) <= Number(exp);
}
