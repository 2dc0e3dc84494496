import type { JsonWebKey } from "node:crypto";
import { memberBytes, toInteger } from "./jwkMember.ts";

/**
 * Throws a TypeError unless the numbers of a private RSA key fit together (RFC 8017 §3.2). OpenSSL silently works
 * around some that do not, others would sign with what gives the key away.
 */
export function checkRsaSecret(jwk: JsonWebKey): void {
  const number = (name: string): bigint => toInteger(memberBytes(jwk[name], name));
  const [n, e, d, p, q] = [number("n"), number("e"), number("d"), number("p"), number("q")];
  const fits =
    p > 1n &&
    q > 1n &&
    p * q === n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    number("dp") === d % (p - 1n) &&
    number("dq") === d % (q - 1n) &&
    (number("qi") * q) % p === 1n;
  if (!fits) throw new TypeError("privateKey: the numbers of the key do not fit together");
}
