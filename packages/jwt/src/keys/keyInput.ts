import { type JsonWebKey, KeyObject } from "node:crypto";
import { keyObjectFromDer, keyObjectFromPem } from "./pem.ts";

/** The forms in which a key of a pair may be given: PEM text, DER bytes, a JWK, or Node's own KeyObject. */
export type KeyInput = string | Uint8Array | JsonWebKey | KeyObject;

/**
 * Any form of a key as a JWK, so that there is one set of checks and what is used later is built from what was checked.
 * Throws a TypeError for a key of the other kind.
 */
export function jwkFromInput(input: KeyInput, kind: "public" | "private"): JsonWebKey {
  if (typeof input === "string") return exported(keyObjectFromPem(input, kind), kind);
  if (input instanceof Uint8Array) return exported(keyObjectFromDer(input, derFormats[kind]), kind);
  if (input instanceof KeyObject) return exported(input, kind);
  if (typeof input !== "object" || input === null || Object.getPrototypeOf(input)?.constructor?.name === "CryptoKey") {
    throw new TypeError("expected PEM text, DER bytes, a JWK or a KeyObject (a CryptoKey goes through KeyObject.from)");
  }
  return input;
}

const derFormats = {
  public: { kind: "public", type: "spki" },
  private: { kind: "private", type: "pkcs8" },
} as const;

function exported(key: KeyObject, kind: "public" | "private"): JsonWebKey {
  if (key.type !== kind) throw new TypeError(`expected a ${kind} key; got a ${key.type} key`);
  try {
    return key.export({ format: "jwk" });
  } catch {
    throw new TypeError(`keys of type ${key.asymmetricKeyType} are not supported`);
  }
}
