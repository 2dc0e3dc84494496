import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { type ContentOptions, contentOf, contentOptions, payloadMember } from "./content.ts";
import type { FlattenedJws } from "./jws.ts";
import type { Payload } from "./payload.ts";
import { type JsonJwsSigner, jsonSignerOptions } from "./protect.ts";
import { signatureOver } from "./signatureOver.ts";

/** Who signs, with which headers, and how the payload travels. */
export type FlattenedSignOptions = JsonJwsSigner & ContentOptions;

/**
 * Signs any bytes in the flattened JSON serialization (RFC 7515 §7.2.2). Throws a TypeError for a key that cannot sign,
 * headers that no verifier would take, and an unencoded payload that is not UTF-8.
 */
export function signFlattened(payload: Payload, options: FlattenedSignOptions): FlattenedJws {
  const own = refuseUnknownOptions("signFlattened", options, [...jsonSignerOptions, ...contentOptions]);
  const content = contentOf("signFlattened", payload, own);
  const member = payloadMember("signFlattened", content);
  return { ...member, ...signatureOver(content, own, "signFlattened") };
}
