import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readRepository } from "./layers/repository.ts";
import { coverageOf, coveragePage, missingIn, unknownIn } from "./securityCoverage/coverage.ts";
import { areas, notCovered } from "./securityCoverage/requirements.ts";
import { idsIn, testNames } from "./securityCoverage/testNames.ts";

const root = join(import.meta.dirname, "..");

describe("the table of what the tests show", () => {
  const coverage = coverageOf(testNames(readRepository(root)));

  test("has a test for each requirement", () => assert.deepEqual(missingIn(areas, coverage), []));

  test("knows each id that a test carries", () =>
    assert.deepEqual(unknownIn(areas, coverage), [], "add rows to tools/securityCoverage/requirements"));

  test("is what the script would write", () => {
    const page = readFileSync(join(root, "docs/security/coverage.md"), "utf8");
    assert.equal(page, coveragePage(areas, notCovered, coverage), "run: npm run security:coverage");
  });

  test("has each requirement once", () => {
    const ids = areas.flatMap(({ requirements }) => requirements.map(([id]) => id));
    assert.deepEqual(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      [],
    );
    for (const id of ids) assert.deepEqual(idsIn(id), [id]);
  });
});

describe("names of tests", () => {
  const namesIn = (text: string): readonly string[] =>
    testNames([{ path: "test/planted.test.ts", text }]).map(({ name }) => name);

  test("are read from calls and from rows of tables", () => {
    const [open, quote] = ["$", "`"];
    assert.deepEqual(namesIn('test("J-01: a", () => {});'), ["J-01: a"]);
    assert.deepEqual(namesIn(`describe(${quote}S-0${open}{n} of ${open}{f(${quote}x${quote})}.${quote}, run);`), [
      "S-0… of ….",
    ]);
    assert.deepEqual(namesIn('const rows = [{ row: "J-03 an alg", code: "x" }];'), ["J-03 an alg"]);
    assert.deepEqual(namesIn('[{ id: "J-05, J-06", rule: "no MAC" }]'), ["J-05, J-06: no MAC"]);
  });

  test("are no comments, no messages and nothing outside of test files", () => {
    assert.deepEqual(namesIn('// test("J-01: a")\nassert.ok(x, "J-01: a"); /J-01/.test("J-01");'), []);
    assert.deepEqual(testNames([{ path: "packages/jwt/src/a.ts", text: 'test("J-01: a");' }]), []);
  });

  test("carry ids one by one, in lists and as a range", () => {
    assert.deepEqual(idsIn("ASVS-6.2.8: NIST-P8: L-06, CS-PS1, CS-CRST and CB-1: a"), [
      "ASVS-6.2.8",
      "NIST-P8",
      "L-06",
      "CS-PS1",
      "CS-CRST",
      "CB-1",
    ]);
    assert.deepEqual(idsIn("ASVS-15.4.1..3: a, S-08..10"), [
      "ASVS-15.4.1",
      "ASVS-15.4.2",
      "ASVS-15.4.3",
      "S-08",
      "S-09",
      "S-10",
    ]);
    assert.deepEqual(idsIn("SHA-256, P-256, CVE-2022-21449, RS-01, J-1 and ASVS-6.2"), []);
  });
});
