import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Issuer, startIssuer } from "./support/issuer.ts";

const manual = readFileSync(join(import.meta.dirname, "../../../docs/pages.md"), "utf8");

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());

/** The first two cells of the rows of a section. */
const rowsOf = (heading: string): readonly (readonly [string, string])[] => {
  const [, section = ""] = manual.split(`## ${heading}\n`);
  return [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `([^`]+)` +\| +(.+?) +\|$/gm)].map(
    ([, name = "", text = ""]) => [name, text],
  );
};

test("the manual has a row for every page, and no other", () => {
  const paths = issuer.auth.pages.map(({ path }) => path);
  assert.deepEqual(
    rowsOf("The pages")
      .map(([path]) => path)
      .toSorted(),
    [...new Set(paths)].toSorted(),
  );
});

test("a page needs nothing but its document: every form says by itself where it goes", async () => {
  for (const page of ["sign-in", "sign-up", "forgot"]) {
    const { text } = await issuer.get(`/pages/${page}`);
    assert.match(text, new RegExp(`<form method="post" action="/auth/pages/${page}"`));
    assert.equal([...text.matchAll(/<button>/g)].length, 1);
  }
});
