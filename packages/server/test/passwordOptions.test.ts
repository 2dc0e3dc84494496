import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AuthOptions, ConfigurationError, memory } from "cardea";
import { checkOptions } from "../src/config/options.ts";
import { hasherOptions } from "../src/config/passwordOptions.ts";

type Passwords = ReturnType<typeof checkOptions>["passwords"];

const check = (passwords: unknown): Passwords =>
  checkOptions({ issuer: "https://app.example.com/auth", store: memory(), passwords } as AuthOptions).passwords;

function refuses(passwords: unknown, expected: RegExp): void {
  assert.throws(
    () => check(passwords),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, expected);
      return !error.message.includes("hidden");
    },
  );
}

const bytes = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
const secret = bytes.toString("base64url");

describe("the options of passwords", () => {
  test("ASVS-11.4.2: CS-PS1: cannot go below the floor of argon2id", () => {
    refuses({ memoryKiB: 19_455 }, /passwords\.memoryKiB: Use 19456 to 1048576\./);
    refuses({ passes: 1 }, /passwords\.passes: Use 2 to 10\./);
    assert.deepEqual(hasherOptions(check({})).cost, { memoryKiB: 19_456, passes: 2, parallelism: 1 });
    assert.deepEqual(hasherOptions(check({ memoryKiB: 65_536, passes: 3 })).cost, {
      memoryKiB: 65_536,
      passes: 3,
      parallelism: 1,
    });
  });

  test("ASVS-6.2.10, NIST-P6: have none that makes passwords grow old", () => {
    for (const name of ["maxAge", "passwordMaxAge", "expiry", "rotation", "history"]) {
      refuses({ [name]: "90d" }, new RegExp(`no option "passwords\\.${name}"`));
    }
    const known =
      "memoryKiB passes workers maxQueue maxWait pepper earlierPeppers policy contextWords breached firebase";
    for (const name of known.split(" ")) assert.throws(() => check({ [name]: Symbol("none fits") }), name);
  });

  test("bound how many wait by their number or by their time", () => {
    assert.equal(hasherOptions(check({})).maxWaitMs, undefined);
    assert.equal(hasherOptions(check({ maxWait: "500ms" })).maxWaitMs, 500);
    refuses({ maxWait: "50ms" }, /passwords\.maxWait: This must lie between 100ms and 30s/);
    refuses({ maxQueue: 0 }, /passwords\.maxQueue: Use 1 to 100000\./);
    refuses({ workers: 1.5 }, /passwords\.workers: Use 1 to 64\./);
  });

  test("NIST-P13: take a pepper as an object or as text, with a secret that is one", () => {
    const pepper = { id: "2026", secret: bytes };
    for (const given of [`2026:${secret}`, { id: "2026", secret }, pepper]) {
      assert.deepEqual(check({ pepper: given }).pepper, pepper);
      assert.deepEqual(check({ earlierPeppers: [given] }).earlierPeppers, [pepper]);
    }
    for (const given of ["2026", secret, `:${secret}`, `much-too-long:${secret}`, `a b:${secret}`, { secret }]) {
      refuses({ pepper: given }, /passwords\.pepper\.id/);
    }
    refuses({ pepper: "2026:hidden" }, /passwords\.pepper\.secret: Use at least 32 random bytes/);
    refuses({ pepper: { id: "2026", secret: "hidden" } }, /passwords\.pepper\.secret/);
    refuses({ pepper: 1 }, /passwords\.pepper: Give \{ id, secret \}, or the text id:secret/);
    refuses({ pepper: `a:${secret}`, earlierPeppers: [`a:${secret}`] }, /earlierPeppers: Each pepper needs an id/);
    refuses({ earlierPeppers: [`a:${secret}`, `b:${secret}`, `a:${secret}`] }, /earlierPeppers: Each pepper needs/);
  });

  test("ASVS-6.1.2: take the words of the product, within bounds", () => {
    assert.deepEqual(check({ contextWords: ["Cardea"] }).contextWords, ["Cardea"]);
    refuses({ contextWords: ["ab"] }, /passwords\.contextWords\.0: Use 3 to 64 characters a word/);
    refuses({ contextWords: ["a".repeat(65)] }, /3 to 64/);
    refuses({ contextWords: Array(101).fill("word") }, /at most 100 words/);
  });

  test("NIST-P1: name the policy, or say which there are", () => {
    assert.equal(check({ policy: "nist-800-63b-4" }).policy, "nist-800-63b-4");
    refuses({ policy: "nist" }, /passwords\.policy: Use "default" or "nist-800-63b-4"/);
  });

  test("take the keys of a Firebase project, and a function for breached passwords", () => {
    const checked = check({ firebase: { signerKey: secret, saltSeparator: "Bw==" } }).firebase;
    assert.deepEqual([checked?.signerKey, checked?.saltSeparator], [new Uint8Array(bytes), new Uint8Array([7])]);
    refuses({ firebase: { signerKey: "hidden secret", saltSeparator: "Bw==" } }, /passwords\.firebase\.signerKey/);
    refuses({ firebase: { signerKey: secret } }, /passwords\.firebase\.saltSeparator/);
    refuses({ breached: true }, /passwords\.breached: Give hibp\(\{ whenDown: "refuse" \}\)/);
  });
});
