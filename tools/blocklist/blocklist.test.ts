import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { makeLists } from "./lists.ts";

const prefixes = (...passwords: readonly string[]): string =>
  passwords
    .map((password) => createHash("sha256").update(password).digest("hex").slice(0, 16))
    .sort()
    .join("");

test("the blocklist holds the first of 8 characters and more, and all of 15 and more, each once and in lower case", () => {
  const passwords = [
    "short",
    "Password",
    "PASSWORD",
    "e\u0301cole de danse",
    "\u{1f600}\u{1f600}\u{1f600}\u{1f600}",
    "football",
    "broken\ufffdtext",
    "baseball",
    "passwordpassword",
    "x".repeat(257),
    "",
  ];
  const { from8, from15 } = makeLists(passwords, 3);
  assert.equal(from8.toString("hex"), prefixes("password", "\u00e9cole de danse", "football"));
  assert.equal(from15.toString("hex"), prefixes("passwordpassword"));
});

test("the same passwords make the same bytes", () => {
  const passwords = Array.from({ length: 2000 }, (_, at) => `a password with the number ${at % 1500}`);
  const [one, other] = [makeLists(passwords, 100), makeLists(passwords, 100)];
  assert.deepEqual(one, other);
  assert.equal(one.from15.length, 1500 * 8);
});
