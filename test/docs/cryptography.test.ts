import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { describe, test } from "node:test";
import { keepBans } from "../../tools/layers/bans.ts";
import { readRepository } from "../../tools/layers/repository.ts";
import { codeOf, isPackageSource, type SourceFile } from "../../tools/layers/source.ts";
import { parseDocument, tableRows } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");
const sources = readRepository(root).filter(isPackageSource);
const path = "docs/security/cryptography.md";
const rows = tableRows(parseDocument(path, readFileSync(join(root, path), "utf8")), "Inventory").map(
  ([where = "", , primitives = "", compared = ""]) => ({ glob: where.replaceAll("`", ""), primitives, compared }),
);

/** Imports of values, not of types, from where cryptography comes from. */
const importsValues = ({ text }: SourceFile): boolean =>
  [...text.matchAll(/^import (type )?(.+) from "(?:node:crypto|@node-rs\/[\w-]+)";$/gm)].some(
    ([, type, names = ""]) => type === undefined && !/^\{(?: type [A-Za-z]+,?)+ \}$/.test(names),
  );
const users = sources.filter((file) => importsValues(file));
const rowOf = (file: SourceFile): (typeof rows)[number] | undefined =>
  rows.find(({ glob }) => matchesGlob(file.path, glob));

/** Hashes and ciphers that stand as a literal where something is computed. */
const primitivesIn = (file: SourceFile): readonly string[] =>
  codeOf(file).flatMap(({ text }, at, code) =>
    /^(?:create(?:Hash|Hmac|Sign|Verify|Cipheriv|Decipheriv)|hkdf(?:Sync)?|hash)$/.test(text) &&
    code[at + 1]?.text === "(" &&
    code[at + 2]?.kind === "string"
      ? [code[at + 2]?.text.slice(1, -1) ?? ""]
      : [],
  );

const does = (file: SourceFile, words: RegExp): boolean => codeOf(file).some(({ text }) => words.test(text));
const pathsOf = (files: readonly SourceFile[]): readonly string[] => files.map((file) => file.path);

describe("the inventory of cryptography", () => {
  test("ASVS-11.1.2, ASVS-11.1.3: has a row for each file that computes something cryptographic, and no row for nothing", () => {
    assert.ok(users.length > 30);
    assert.deepEqual(pathsOf(users.filter((file) => rowOf(file) === undefined)), []);
    const idle = rows.filter(({ glob }) => !users.some((file) => matchesGlob(file.path, glob)));
    assert.deepEqual(idle, []);
  });

  test("ASVS-11.2.1: what comes from elsewhere than the runtime are two libraries for password hashes", () => {
    const text = readFileSync(join(root, "packages/server/package.json"), "utf8");
    const names = Object.keys(Object(JSON.parse(text)).dependencies);
    const cryptographic = names.filter((name) => /crypt|argon|jose|jwt|sodium|noble|forge|hash/.test(name));
    assert.deepEqual(cryptographic, ["@cardea/jwt", "@node-rs/argon2", "@node-rs/bcrypt"]);
  });

  test("ASVS-11.3.1, ASVS-11.4.1, ASVS-11.4.3: names each hash and cipher, and there is none but current ones, and SHA-1 for one service", () => {
    for (const file of users) {
      for (const primitive of primitivesIn(file)) {
        assert.ok(rowOf(file)?.primitives.includes(`\`${primitive}\``), `${file.path}: ${primitive}`);
      }
    }
    const found = new Set(users.flatMap(primitivesIn));
    assert.deepEqual([...found].toSorted(), ["aes-256-gcm", "aes-256-ctr", "sha1", "sha256"].toSorted());
    assert.deepEqual(pathsOf(users.filter((file) => does(file, /sha-?1\b/i))), [
      "packages/server/src/people/passwords/hibp.ts",
    ]);
    assert.deepEqual(pathsOf(sources.filter((file) => does(file, /^(?:publicEncrypt|privateDecrypt)$|md5|-ecb/i))), []);
  });

  test("ASVS-11.2.4: says where secrets are compared, and there it takes the same time whatever is wrong", () => {
    for (const file of users) {
      const compares = rowOf(file)?.compared.includes("timingSafeEqual") ?? false;
      const calls = codeOf(file).some(({ text }, at, code) => text === "timingSafeEqual" && code[at + 1]?.text === "(");
      assert.equal(calls, compares, file.path);
    }
  });
});

test("ASVS-6.5.3, ASVS-16.2.3: nothing is random but by the system's generator, and nothing is written but by the command line", () => {
  assert.deepEqual(keepBans(sources), []);
  const writers = sources.filter((file) => does(file, /^(?:stdout|stderr|writeFile(?:Sync)?|appendFile(?:Sync)?)$/));
  assert.deepEqual(
    pathsOf(writers).filter((each) => !each.startsWith("packages/server/src/cli/")),
    // The secret beside a SQLite file, and public keys where `keys.file` says so.
    ["packages/server/src/store/sqlite/localSecret.ts", "packages/verifier/src/keyFile.ts"],
  );
});
