import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as fastJwt from "fast-jwt";
import * as jose from "jose";
import jsonwebtoken from "jsonwebtoken";
import { type Document, parseDocument, tableRows } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");
const { resolve } = createRequire(import.meta.url);

const page = (library: string): Document => {
  const path = `docs/migrate/from-${library}.md`;
  return parseDocument(path, readFileSync(join(root, path), "utf8"));
};

/** The names that the first column of the tables under some headings begins with: `sign(payload)` is `sign`. */
const named = (document: Document, ...headings: readonly string[]): ReadonlySet<string> =>
  new Set(
    headings
      .flatMap((heading) => tableRows(document, heading))
      .flatMap(([cell = ""]) => [...cell.matchAll(/`([\w.]+)[^`]*`/g)].map(([, name = ""]) => name)),
  );

function assertNames(found: ReadonlySet<string>, expected: Iterable<string>): void {
  assert.deepEqual([...found].toSorted(), [...new Set(expected)].toSorted());
}

/** What stands between two texts of an installed file; the place where a library takes its options apart. */
function sourceBetween(file: string, start: string, end: string): string {
  const source = readFileSync(resolve(file), "utf8");
  const from = source.indexOf(start);
  const to = source.indexOf(end, from);
  assert.ok(from !== -1 && to !== -1, `${file} has no "${start}" up to "${end}"`);
  return source.slice(from + start.length, to);
}

const matched = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, name = ""]) => name);

describe("docs/migrate/from-jsonwebtoken.md has", () => {
  const document = page("jsonwebtoken");

  test("every export", () => {
    assertNames(named(document, "Functions"), Object.keys(jsonwebtoken));
  });

  test("every option of sign, as its source lists them", () => {
    const schema = sourceBetween("jsonwebtoken/sign.js", "sign_options_schema = {", "\n};");
    assertNames(named(document, "Options of sign"), matched(schema, /^ {2}(\w+): \{/gm));
  });

  test("every option of verify, as its source reads them", () => {
    const source = readFileSync(resolve("jsonwebtoken/verify.js"), "utf8");
    assertNames(named(document, "Options of verify"), matched(source, /\boptions\.(\w+)/g));
  });

  test("every option of decode", () => {
    const options = { complete: 0, json: 0 } satisfies Record<keyof jsonwebtoken.DecodeOptions, 0>;
    assertNames(named(document, "Options of decode"), Object.keys(options));
  });

  test("every message about a token", () => {
    const listed = tableRows(document, "Errors").map(([cell = ""]) => cell.replaceAll("`", ""));
    const source = readFileSync(resolve("jsonwebtoken/verify.js"), "utf8");
    const thrown = matched(source, /Error\('((?:jwt|invalid|iat|maxAge)\b.+?)(?:\. expected: )?'/g);
    assert.ok(thrown.length > 10);
    // A subject, an identifier or a nonce is compared by the caller.
    const missing = thrown.filter((message) => !listed.includes(message) && !/subject|jwtid|nonce/.test(message));
    assert.deepEqual(missing, []);
  });
});

describe("docs/migrate/from-fast-jwt.md has", () => {
  const document = page("fast-jwt");
  const optionsIn = (file: string, end: string) =>
    matched(sourceBetween(file, "(options) {\n  let {", end), /^ {4}(\w+)/gm);

  test("every export", () => {
    assertNames(
      named(document, "Functions"),
      Object.keys(fastJwt).filter((name) => !/default|module/.test(name)),
    );
  });

  test("every option of createSigner, as its source takes them apart", () => {
    assertNames(named(document, "Options of createSigner"), optionsIn("fast-jwt/src/signer.js", "} = { ...options"));
  });

  test("every option of createVerifier, as its source takes them apart", () => {
    assertNames(named(document, "Options of createVerifier"), optionsIn("fast-jwt/src/verifier.js", "} = { cacheTTL"));
  });

  test("every option of createDecoder, as its source reads them", () => {
    const source = readFileSync(resolve("fast-jwt/src/decoder.js"), "utf8");
    assertNames(named(document, "Options of createDecoder"), matched(source, /\boptions\.(\w+)/g));
  });

  test("every code", () => {
    assertNames(named(document, "Errors"), Object.values(fastJwt.TOKEN_ERROR_CODES));
  });
});

describe("docs/migrate/from-jose.md has", () => {
  const document = page("jose");
  const methodsOf = (prototype: object | null): readonly string[] =>
    prototype === null || prototype === Object.prototype
      ? []
      : [...Object.getOwnPropertyNames(prototype), ...methodsOf(Object.getPrototypeOf(prototype))];

  test("every export, and every method of SignJWT", () => {
    const headings = ["Signing", "JWS", "Keys", "Key sets", "Decoding and the rest", "Encryption"];
    const found = named(document, ...headings, "Verifying");
    const expected = [...Object.keys(jose), ...methodsOf(jose.SignJWT.prototype)];
    assert.deepEqual(
      expected.filter((name) => !found.has(name) && name !== "constructor"),
      [],
    );
  });

  test("every option of jwtVerify", () => {
    const options = Object.keys({
      algorithms: 0,
      crit: 0,
      audience: 0,
      clockTolerance: 0,
      issuer: 0,
      maxTokenAge: 0,
      subject: 0,
      typ: 0,
      currentDate: 0,
      requiredClaims: 0,
    } satisfies Record<keyof jose.JWTVerifyOptions, 0>);
    assertNames(named(document, "Verifying"), ["jwtVerify", ...options]);
  });

  test("every option and member of createRemoteJWKSet", () => {
    const found = named(document, "Key sets");
    const options = { timeoutDuration: 0, cooldownDuration: 0, cacheMaxAge: 0, headers: 0 } satisfies Record<
      Extract<keyof jose.RemoteJWKSetOptions, string>,
      0
    >;
    const members = { coolingDown: 0, fresh: 0, reloading: 0, reload: 0, jwks: 0 } satisfies Record<
      keyof jose.RemoteJWKSet,
      0
    >;
    const missing = Object.keys({ ...options, ...members }).filter((name) => !found.has(name));
    assert.deepEqual(missing, []);
  });

  test("every class of error", () => {
    assertNames(named(document, "Errors"), Object.keys(jose.errors));
  });
});

for (const library of ["jsonwebtoken", "jose", "fast-jwt"]) {
  test(`from-${library}.md says of each thing that is not there why`, () => {
    const cells = page(library).prose.flatMap((line) => (line.startsWith("|") ? line.split(/(?<!\\)\|/) : []));
    const missing = cells.map((cell) => cell.trim()).filter((cell) => cell.startsWith("not there"));
    assert.ok(missing.length > 5);
    assert.deepEqual(
      missing.filter((cell) => !/^not there, because \S|^not there, as for /.test(cell)),
      [],
    );
  });
}
