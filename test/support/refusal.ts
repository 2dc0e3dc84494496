import assert from "node:assert/strict";
import type { Answer } from "./client.ts";

/**
 * Checks that an answer is the refusal of a bad token (RFC 6750, RFC 9457) and gives nothing of it away. Returns all by which a
 * caller could tell causes apart, to be compared.
 */
export function asRefused({ status, headers, text, body }: Answer, token: string): object {
  assert.equal(status, 401);
  assert.equal(body.code, "invalid_token");
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.match(headers.get("www-authenticate") ?? "", /^Bearer .*error="invalid_token"/);
  const told = [...headers].filter(([name]) => name !== "date" && name !== "x-request-id");
  assert.ok(!`${text}${JSON.stringify(told)}`.includes(token));
  return { text, told };
}
