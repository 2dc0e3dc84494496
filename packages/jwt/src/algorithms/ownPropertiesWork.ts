import { Buffer } from "node:buffer";
import { constants, createPublicKey, verify } from "node:crypto";

/**
 * Whether this runtime reads padding options from the KeyObject itself (Node does, Deno ignores them silently). Asked of
 * a fixed PSS signature, once per process; the key is small because nothing rests on it.
 */
export function ownPropertiesWork(): boolean {
  answer ??= ask();
  return answer;
}

let answer: boolean | undefined;

function ask(): boolean {
  const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  try {
    const key = Object.assign(createPublicKey({ format: "jwk", key: { kty: "RSA", e: "AQAB", n } }), options);
    return verify("sha256", Buffer.from("self-test"), key, Buffer.from(signature, "base64url"));
  } catch {
    return false;
  }
}

const n =
  "2N4QGtAovthuA-cc1UktsfK9GHFCibQ249wl7fgQoQK_rQomYja4X2ljlwcf-8ncianDNK6kDwBzEoKr78Ncrl7vmx3T2bTkgFEJ4CVBy151deb1iosGO-SvSwsYqoSzlHqUtHcfl4MsF3tKwsXiJxON7V6M5UKJVHVKFSl8Fw8";
const signature =
  "McWG4CTVnDQtWGd5AIqpxt-D10XqD9chwXi9rPZ17KTNOHZ4zBO0FZjOjrbRZ6l0PH1e5K0O4jbQ6AjCHknDylJwfFW_dCcgCV3S8zx7tU5cFloEO3uF5ZZdLlwcqx8W2KlxeZ3IG5m71PuLarjQ4rtNLSB0FzdGP9HE8j1EYOo";
