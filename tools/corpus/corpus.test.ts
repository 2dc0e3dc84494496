import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readCorpus, readKeys } from "./corpus.ts";
import { draftCorpus, draftKeys } from "./generate.ts";
import { measuredPage, pagePath } from "./measurePeers.ts";

const committed = readCorpus();
const cases = committed.flatMap((file) => file.cases);

describe("the corpus and what is made of it", () => {
  test("the generator would write what is committed", () => {
    const drafted = draftCorpus(new Map(cases.map((one) => [one.id, one])), new Set());
    const stripped = committed.map(({ kind, about, cases }) => ({ kind, about, cases }));
    assert.deepEqual(JSON.parse(JSON.stringify(drafted)), stripped, "run: node tools/corpus/generate.ts");
    assert.deepEqual(draftKeys(), Object.fromEntries(readKeys()));
  });

  test("a token that is named is signed anew, and others stay", () => {
    const known = new Map(cases.map((one) => [one.id, one]));
    const tokenOf = (id: string, renew: readonly string[]) =>
      draftCorpus(known, new Set(renew))
        .flatMap((file) => file.cases)
        .find((one) => one.id === id)?.token;
    const before = known.get("good-es256")?.token;
    assert.equal(tokenOf("good-es256", ["good-es384"]), before);
    assert.notEqual(tokenOf("good-es256", ["good-es256"]), before);
  });

  test("docs/corpus.md says what a measurement says now, and names every case", async () => {
    const page = readFileSync(pagePath, "utf8");
    assert.equal(page, await measuredPage(), "run: npm run corpus:peers");
    assert.deepEqual(
      cases.filter(({ id }) => !page.includes(`| \`${id}\` `)).map(({ id }) => id),
      [],
    );
  });

  test("this project's own column has no cross", async () => {
    const page = readFileSync(pagePath, "utf8");
    const rows = page.split("\n").filter((line) => /^\| `[a-z]+-/.test(line));
    assert.equal(rows.length, cases.length);
    const own = rows.map((row) => row.split("|").at(-6)?.trim());
    assert.deepEqual([...new Set(own)], ["✓"]);
  });
});
