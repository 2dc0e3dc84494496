import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigurationError, realWorld } from "cardea";
import { createSealer, secretId } from "../src/keys/seal.ts";

const secret = new Uint8Array(32).fill(1);
const otherSecret = new Uint8Array(32).fill(2);
const label = "access|ES256|kid";
const sealer = createSealer([secret], realWorld);

/** Says the fix, and nothing of what was sealed or of a secret. */
function isRefusal(error: unknown): boolean {
  assert.ok(error instanceof ConfigurationError);
  assert.match(error.message, /CARDEA_SECRET.*\.secret file.*CARDEA_SECRET=new,old/);
  for (const known of [secret, otherSecret]) {
    assert.ok(!error.message.includes(Buffer.from(known).toString("base64url").slice(0, 10)));
  }
  return !error.message.includes("private");
}

describe("what is sealed", () => {
  test("ASVS-11.3.2: opens under its label with its secret, and shows nothing of itself", () => {
    const sealed = sealer.seal("private part", label);
    assert.equal(createSealer([secret], realWorld).open(sealed, label), "private part");
    assert.match(sealed, /^v2\.[A-Za-z0-9_-]{8}\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{38}$/);
    for (const encoding of ["utf8", "base64url", "hex"] as const) {
      assert.ok(!sealed.includes(Buffer.from("private").toString(encoding)));
    }
  });

  test("ASVS-11.3.3: with any byte flipped it opens no more", () => {
    const sealed = sealer.seal("private part", label);
    for (let at = 0; at < sealed.length; at++) {
      const flipped = String.fromCharCode(sealed.charCodeAt(at) ^ 1);
      const changed = sealed.slice(0, at) + flipped + sealed.slice(at + 1);
      assert.throws(() => sealer.open(changed, label), isRefusal, `character ${at}`);
    }
    const [, , , body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = sealed.replace(body, changed.toString("base64url"));
      assert.throws(() => sealer.open(text, label), isRefusal, `bit ${bit}`);
    }
  });

  test("opens for nothing else, and the refusal names the fix and no secret", () => {
    const sealed = sealer.seal("private part", label);
    const [version = "", id = "", nonce = "", body = ""] = sealed.split(".");
    const attempts: Readonly<Record<string, () => unknown>> = {
      "another secret": () => createSealer([otherSecret], realWorld).open(sealed, label),
      "another secret under the same name": () =>
        createSealer([otherSecret], realWorld).open([version, secretId(otherSecret), nonce, body].join("."), label),
      "another kid": () => sealer.open(sealed, "access|ES256|other"),
      "another purpose": () => sealer.open(sealed, "refresh|ES256|kid"),
      "another algorithm": () => sealer.open(sealed, "access|HS256|kid"),
      "a short tag": () => sealer.open(sealed.slice(0, -6), label),
      "a short nonce": () => sealer.open([version, id, nonce.slice(0, -4), body].join("."), label),
      "another version": () => sealer.open(sealed.replace("v2", "v3"), label),
      "an older version": () => sealer.open(["v1", nonce, body].join("."), label),
      "another spelling": () => sealer.open([version, id, nonce, `${body}=`].join("."), label),
      "no body": () => sealer.open([version, id, nonce, ""].join("."), label),
      "more parts": () => sealer.open(`${sealed}.AAAA`, label),
      nothing: () => sealer.open("", label),
    };
    for (const [name, attempt] of Object.entries(attempts)) assert.throws(attempt, isRefusal, name);
  });

  test("ASVS-11.3.4: no two of 100,000 share a nonce", () => {
    const nonces = new Set(Array.from({ length: 100_000 }, () => sealer.seal("x", label).split(".")[2]));
    assert.equal(nonces.size, 100_000);
  });

  test("names its secret by a word from which the secret cannot be told", () => {
    const id = secretId(secret);
    assert.equal(sealer.seal("x", label).split(".")[1], id);
    assert.equal(id, secretId(Uint8Array.from(secret)));
    assert.notEqual(id, secretId(otherSecret));
    assert.equal(Buffer.from(id, "base64url").length, 6);
    assert.throws(
      () => createSealer([otherSecret], realWorld).open(sealer.seal("x", label), label),
      (error) => error instanceof Error && error.message.includes(id) && error.message.includes(secretId(otherSecret)),
    );
  });
});

describe("a secret is replaced", () => {
  const newest = createSealer([otherSecret, secret], realWorld);

  test("all secrets open, the first one seals, and what is under another one is told", () => {
    const old = sealer.seal("private part", label);
    assert.equal(newest.open(old, label), "private part");
    assert.equal(newest.isNewest(old), false);
    const anew = newest.seal("private part", label);
    assert.equal(newest.isNewest(anew), true);
    assert.equal(createSealer([otherSecret], realWorld).open(anew, label), "private part");
    assert.throws(() => sealer.open(anew, label), isRefusal);
  });

  test("what the first version sealed still opens, with any of the secrets, and is told too", () => {
    const first = "v1.CQkJCQkJCQkJCQkJ.xoIZbhGBZ1wIrGz2FADYBiIi69YjuZVQMs799w";
    for (const each of [sealer, newest]) {
      assert.equal(each.open(first, label), "private part");
      assert.equal(each.isNewest(first), false);
    }
    assert.throws(() => sealer.open(first, "access|ES256|other"), isRefusal);
    assert.throws(() => createSealer([otherSecret], realWorld).open(first, label), isRefusal);
  });

  test("a sealer needs a secret, of 32 bytes, and says how to make one", () => {
    assert.throws(() => createSealer([], realWorld), /cardea secrets generate/);
    assert.throws(
      () => createSealer([secret, new Uint8Array(31)], realWorld),
      /at least 32 random bytes.*cardea secrets generate/,
    );
  });
});
