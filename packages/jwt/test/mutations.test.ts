import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier } from "@cardea/jwt";
import { type Actor, mainActors } from "./support/actors.ts";
import { clock, craft, policy, verdictOf } from "./support/craft.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The next characters of the alphabet (the first may differ in unused bits alone), the other case, and strangers. */
function replacements(character: string): readonly string[] {
  const at = alphabet.indexOf(character);
  const near = [1, 2, 4, 63].map((step) => alphabet.charAt((at + step) % 64));
  const otherCase = character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
  const wide = String.fromCharCode(character.charCodeAt(0) + 0x100);
  return [...near, otherCase, wide, ".", "=", "+", "/", " ", "\0", "\u200b"].filter((other) => other !== character);
}

type Mutation = (token: string, at: number) => readonly string[];

const mutations: Readonly<Record<string, Mutation>> = {
  replaced: (token, at) =>
    replacements(token.charAt(at)).map((other) => token.slice(0, at) + other + token.slice(at + 1)),
  deleted: (token, at) => [token.slice(0, at) + token.slice(at + 1)],
  inserted: (token, at) =>
    [token.charAt(at), "A", "_", ".", "=", " ", "\n", "\0", "\ufeff"].map(
      (added) => token.slice(0, at) + added + token.slice(at),
    ),
  "swapped with the next": (token, at) =>
    [token.slice(0, at) + token.charAt(at + 1) + token.charAt(at) + token.slice(at + 2)].filter(
      (other) => other !== token,
    ),
  "cut off there": (token, at) => [token.slice(0, at), token.slice(at + 1)],
  "written twice from there on": (token, at) => [token + token.slice(at)],
};

for (const actor of mainActors) {
  describe(`${actor.alg}: a good token is refused when a single character is`, () => {
    const token = craft(actor);
    const verifiers = [warmVerifier(actor, 0), warmVerifier(actor, 10)];

    for (const [name, mutate] of Object.entries(mutations)) {
      test(`${name}, at every position`, () => {
        let judged = 0;
        for (let at = 0; at < token.length; at++) {
          for (const mutant of mutate(token, at)) {
            assert.notEqual(mutant, token);
            for (const { verify } of verifiers)
              assert.notEqual(verdictOf(verify(mutant)), "accepted", `${name} at ${at}`);
            judged += 1;
          }
        }
        assert.ok(judged > token.length / 2, `${judged}`);
        for (const { verify } of verifiers) assert.equal(verdictOf(verify(token)), "accepted");
      });
    }
  });
}

/** A verifier that has seen the token, so that it knows its header and, with a cache, the token itself. */
function warmVerifier(actor: Actor, cacheSize: number) {
  const verifier = createVerifier({ keys: actor.verificationKey, policy, now: clock, cacheSize });
  assert.ok(verifier.verify(craft(actor)).ok);
  return verifier;
}
