import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type Fault, withFault } from "./fault.ts";
import { faults } from "./faults.ts";
import { runTests, tryFault } from "./trial.ts";
import { createWorkingCopy, library, misfits } from "./workingCopy.ts";

describe("the list of faults", () => {
  test("fits the source: each text stands there exactly once", () => assert.deepEqual(misfits(faults), []));

  test("has a fault for each rule, no two the same", () => {
    assert.ok(faults.length >= 200, `${faults.length}`);
    const planted = faults.map(({ file, text, replacement }) => `${file}: ${text} -> ${replacement}`);
    assert.equal(new Set(planted).size, faults.length);
    assert.equal(new Set(faults.map(({ file, rule }) => `${file}: ${rule}`)).size, faults.length);
  });

  test("changes something each time, and names a test file that there is", () => {
    for (const { text, replacement, caughtBy, rule } of faults) {
      assert.notEqual(text, replacement, rule);
      assert.ok(existsSync(join(library, "test", `${caughtBy}.test.ts`)), `${rule}: ${caughtBy}`);
    }
  });
});

const nothing: Fault = {
  rule: "signatures of zero are refused",
  file: "algorithms/derSignature.ts",
  text: "while (first < to - 1 && raw[first] === 0) first++;",
  replacement: "while (first < to - 1 && raw[first] === 0) first += 1;",
  caughtBy: "signatureForms",
};

describe("a text that does not stand in the source exactly once cannot be replaced", () => {
  for (const [name, source] of Object.entries({ never: "a b", twice: "a x b x", "side by side": "xx" })) {
    test(name, () => assert.throws(() => withFault(source, { ...nothing, text: "x" }), /exactly once/));
  }
  test("an empty one", () => assert.throws(() => withFault("a", { ...nothing, text: "" }), /exactly once/));
  test("once", () => assert.equal(withFault("a x b", { ...nothing, text: "x", replacement: "y" }), "a y b"));
});

describe("a working copy", () => {
  const place = mkdtempSync(join(tmpdir(), "cardea-mutations-"));
  const copy = createWorkingCopy(place);
  const source = join(copy, "src", nothing.file);
  const sound = readFileSync(source, "utf8");
  after(() => rmSync(place, { recursive: true }));

  test("passes without a fault, so a fault that changes nothing survives", async () => {
    assert.equal((await runTests(copy, nothing.caughtBy)).verdict, "survived");
    const { verdict, failure } = await tryFault(copy, nothing);
    assert.deepEqual({ verdict, failure }, { verdict: "survived", failure: undefined });
  });

  test("fails with a fault that changes something, and is sound again afterwards", async () => {
    const { verdict, failure } = await tryFault(copy, { ...nothing, replacement: "" });
    assert.equal(verdict, "caught");
    assert.match(failure ?? "", /however short/);
    assert.equal(readFileSync(source, "utf8"), sound);
    assert.equal((await runTests(copy, nothing.caughtBy)).verdict, "survived");
  });

  for (const [name, replacement] of Object.entries({
    "is no program": "while (",
    throws: "await import('nowhere');",
  })) {
    test(`does not run with a fault that ${name}, which catches nothing`, async () => {
      const broken = {
        ...nothing,
        text: "/** Writes an INTEGER",
        replacement: `${replacement}\n/** Writes an INTEGER`,
      };
      assert.equal((await tryFault(copy, broken)).verdict, "does not run");
      assert.equal(readFileSync(source, "utf8"), sound);
    });
  }

  test("has no end with a fault that never ends, which catches nothing", async () => {
    const endless = { ...nothing, replacement: "for (;;);" };
    assert.equal((await tryFault(copy, endless, { seconds: 3 })).verdict, "no end");
    assert.equal(readFileSync(source, "utf8"), sound);
  });
});
