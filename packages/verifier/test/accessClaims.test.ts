import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parsedClaims } from "@cardea/verifier/judge";
import { readAccessClaims } from "../src/accessClaims.ts";
import { claimsAt } from "./support/tokens.ts";

const good = claimsAt(1_800_000_000_000);

const bad: readonly (readonly [claim: string, ...values: unknown[]])[] = [
  ["iss", "", 1, null, ["x"]],
  ["sub", "", 1, null],
  ["aud", "", [], [""], [["us"]], [1], { 0: "us" }, null],
  ["exp", "1", null, Number.NaN, Number.POSITIVE_INFINITY],
  ["iat", "1", null, Number.NaN],
  ["jti", "", 1, null],
  ["sid", "", 1, null],
  ["client_id", "", 1, null],
  ["tid", "", {}, null],
  ["rvp", -1, 1.5, 2 ** 53, "1", null],
  ["auth_time", "1", null],
  ["amr", "pwd", [1], null],
  ["scope", ["a"], null],
  ["email", "", 1],
  ["roles", "admin", [null], { admin: true }],
];

for (const [claim, ...values] of bad) {
  test(`refuses claims whose ${claim} is of another type than declared`, () => {
    for (const value of values) {
      assert.equal(readAccessClaims({ ...good, [claim]: value }), undefined, JSON.stringify(value));
    }
  });
}

test("asks for the claims that every access token has, and for them as the token's own", () => {
  for (const claim of ["iss", "sub", "aud", "exp", "iat", "jti"]) {
    const { [claim]: value, ...rest } = good;
    assert.equal(readAccessClaims(rest), undefined, claim);
    assert.equal(readAccessClaims(Object.assign(Object.create({ [claim]: value }), rest)), undefined, claim);
  }
  assert.ok(readAccessClaims(good));
});

test("hands on claims of any other name as they are", () => {
  assert.deepEqual(readAccessClaims({ ...good, theme: { dark: true } })?.theme, { dark: true });
});

describe("claims that the issuer has as JSON", () => {
  test("are those of the text, and frozen at every depth", () => {
    const claims = parsedClaims(JSON.stringify({ ...good, roles: ["a"], theme: { dark: true } }));
    assert.deepEqual({ ...claims }, { ...good, roles: ["a"], theme: { dark: true } });
    for (const part of [claims, claims.roles, claims.theme]) assert.ok(Object.isFrozen(part));
  });

  test("are checked: a claim that is missing or of another type is the issuer's mistake, and no value is repeated", () => {
    const broken = [
      { ...good, sub: undefined },
      { ...good, sub: "" },
      { ...good, roles: "hush" },
      [good],
      null,
      "hush",
      7,
    ];
    for (const claims of broken) {
      assert.throws(
        () => parsedClaims(JSON.stringify(claims)),
        (error) =>
          error instanceof TypeError && error.message === "parsedClaims: a claim is missing or of the wrong type",
      );
    }
    assert.throws(() => parsedClaims("{"), SyntaxError);
  });

  test("cannot get a claim from their prototype", () => {
    const { sub, ...rest } = good;
    const json = JSON.stringify(rest).replace("{", `{"__proto__":{"sub":${JSON.stringify(sub)}},`);
    assert.throws(() => parsedClaims(json), TypeError);
  });
});
