import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSigner } from "@cardea/jwt";
import { type Actor, actors, everyActor, mainActors } from "./support/actors.ts";
import {
  assertVerdict,
  b64,
  craft,
  craftClaims,
  goodClaims,
  segments,
  verdictOf,
  verifierOf,
} from "./support/craft.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A token in each of whose segments `-` and `_` occur. */
function tokenWithBothMarks(actor: Actor): string {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const token = craft(actor, {
      header: JSON.stringify({ alg: actor.alg, typ: "JWT", kid: "the-key", x: "???>>>" }),
      payload: JSON.stringify({ ...goodClaims, attempt, x: "???>>>" }),
    });
    if (segments(token).every((segment) => segment.includes("-") && segment.includes("_"))) return token;
  }
  throw new Error("no such token in a thousand");
}

/** Every token that differs in one segment, by `change`. */
const inEachSegment = (token: string, change: (segment: string) => readonly string[]): readonly string[] => {
  const parts = segments(token);
  return parts.flatMap((part, at) => change(part).map((changed) => parts.with(at, changed).join(".")));
};

/** The other spellings of the same bytes: the last character's bits that carry nothing. */
const aliases = (segment: string): readonly string[] =>
  [...alphabet]
    .map((last) => segment.slice(0, -1) + last)
    .filter((other) => other !== segment)
    .filter((other) => Buffer.from(other, "base64url").equals(Buffer.from(segment, "base64url")));

const spaces = [" ", "\n", "\r\n", "\t", "\0", "\u00a0", "\ufeff", "\u200b"];

for (const actor of mainActors) {
  describe(`the compact form, ${actor.alg}`, () => {
    const token = craft(actor);

    test("J-23, JWT-14 refuses padding on any segment", () => {
      const padded = inEachSegment(token, (segment) => ["=", "==", "===", "%3D"].map((pad) => segment + pad));
      assertVerdict(actor, padded, "malformed_token");
    });

    test("refuses other spellings of the same signature, by the bits that carry nothing", () => {
      const [header, payload, signature] = segments(token);
      const others = aliases(signature).map((alias) => `${header}.${payload}.${alias}`);
      assert.equal(others.length, actor.alg === "HS256" ? 3 : 15);
      assertVerdict(actor, others, "malformed_token");
    });

    test("refuses other spellings of header and payload", () => {
      const lengths = [0, 1, 2].map((more) => ({ x: "x".repeat(more) }));
      const tokens = lengths.flatMap((claims) => inEachSegment(craftClaims(actor, claims), aliases));
      assert.ok(tokens.length > 20);
      assertVerdict(actor, tokens, "malformed_token");
    });

    test("J-25, JWT-14 refuses the standard alphabet", () => {
      const both = tokenWithBothMarks(actor);
      assertVerdict(actor, [both], "accepted");
      const changed = inEachSegment(both, (segment) => [
        segment.replaceAll("-", "+"),
        segment.replaceAll("_", "/"),
        segment.replace("-", "+"),
      ]);
      assertVerdict(actor, changed, "malformed_token");
    });

    test("refuses white space before, after and within", () => {
      const inside = spaces.flatMap((space) =>
        inEachSegment(token, (segment) => [
          space + segment,
          segment + space,
          segment.slice(0, 9) + space + segment.slice(9),
        ]),
      );
      assertVerdict(actor, inside, "malformed_token");
    });

    test("refuses a character that is right in its low 8 bits, such as U+0176 for v", () => {
      const wide = [...token].flatMap((character, at) =>
        [0x100, 0x2000, 0xff00].map(
          (high) => token.slice(0, at) + String.fromCharCode(character.charCodeAt(0) | high) + token.slice(at + 1),
        ),
      );
      assertVerdict(actor, wide, "malformed_token");
    });

    test("refuses a character more or less at any end of a segment", () => {
      const changed = inEachSegment(token, (segment) => [`${segment}A`, segment.slice(1), segment.slice(0, -1)]);
      const verifier = verifierOf(actor);
      for (const other of changed) assert.notEqual(verdictOf(verifier.verify(other)), "accepted");
    });

    test("J-26, JWT-4, JWT-7 refuses one, two, four and five segments, and empty ones", () => {
      const [header, payload, signature] = segments(token);
      assertVerdict(
        actor,
        [
          ...["", ".", "..", "...", "....", header, `${header}.${payload}`, `${header}..${signature}`],
          ...[`.${payload}.${signature}`, `${header}.${payload}.`, `.${token}`, `${token}.`, `${token}..`],
          ...[`${token}.${signature}`, `${header}.${token}`, `${token}.a.b`, `${token},${token}`, `Bearer ${token}`],
          JSON.stringify({ payload, protected: header, signature }),
          JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
          [b64('{"alg":"dir","enc":"A128GCM"}'), "", b64("iv"), b64("text"), b64("tag")].join("."),
        ],
        "malformed_token",
      );
    });

    test("J-28 refuses a token above the limit, whatever it says", () => {
      const tokens = [8193, 16_281, 20_480, 1_048_576].flatMap((length) => [
        "a".repeat(length),
        token + "A".repeat(length - token.length),
        ".".repeat(length),
      ]);
      assertVerdict(actor, tokens, "token_too_long");
    });

    test("J-28 takes a token of exactly the limit, and larger ones where the policy says so", () => {
      const { length } = ofLength(actor, 8192);
      assert.ok(length > 8186 && length <= 8192);
      assertVerdict(actor, [ofLength(actor, 8192)], "accepted");
      assertVerdict(actor, [token], "accepted", { maxTokenBytes: token.length });
      assertVerdict(actor, [token], "token_too_long", { maxTokenBytes: token.length - 1 });
      const large = ofLength(actor, 100_000);
      assertVerdict(actor, [large], "accepted", { maxTokenBytes: 100_000 });
      assertVerdict(actor, [large.replace(/.$/, "*")], "malformed_token", { maxTokenBytes: 100_000 });
    });

    test("refuses what is no string", () => {
      for (const value of [undefined, null, 0, 1, true, {}, [], [token], new String(token), Buffer.from(token)]) {
        const { verify, explain } = verifierOf(actor);
        assert.equal(verdictOf(verify(value as string)), "malformed_token");
        assert.equal(explain(value as string).refusal?.code, "malformed_token");
      }
    });
  });
}

/** The longest token of at most so many characters. */
function ofLength(actor: Actor, most: number): string {
  const room = most - craftClaims(actor, { x: "" }).length;
  const longest = [0, 1, 2, 3, 4].map((less) =>
    craftClaims(actor, { x: "x".repeat(Math.floor(room * 0.75) + 2 - less) }),
  );
  return longest.find((token) => token.length <= most) ?? "";
}

describe("long tokens, with claims far beyond the scratch memory", () => {
  for (const { alg, signingKey, verificationKey, seal } of everyActor) {
    test(`${alg}: are signed as node:crypto signs them, and verified`, () => {
      for (const size of [5000, 6100, 6144, 6200, 20_000]) {
        const token = createSigner({ key: signingKey })({ ...goodClaims, x: "x".repeat(size) });
        assertVerdict({ verificationKey }, [token], "accepted", { maxTokenBytes: 100_000 });
        const [header, payload, signature] = segments(token);
        const isDeterministic = !/^(PS|ES|ML)/.test(alg);
        if (isDeterministic) assert.equal(signature, seal(`${header}.${payload}`));
      }
    });
  }
});

test("a token is not mended: no verifier trims, decodes or unquotes it first", () => {
  const token = craft(actors.ES256);
  const wrapped = [
    `"${token}"`,
    `'${token}'`,
    encodeURIComponent(`${token}=`),
    `<${token}>`,
    token.replaceAll(".", "%2E"),
  ];
  assertVerdict(actors.ES256, wrapped, "malformed_token");
});
