import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../corpus");
const readme = readFileSync(join(folder, "README.md"), "utf8");
const place = mkdtempSync(join(tmpdir(), "cardea-corpus-"));
after(() => rmSync(place, { recursive: true }));

describe("the README of the corpus", () => {
  test("its runner runs as it stands and tells what jose gets wrong, and nothing of the controls", async () => {
    const [, example = ""] = /```ts run\n(.*?)```/s.exec(readme) ?? [];
    assert.ok(example.split("\n").length > 15);
    symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(place, "node_modules"), "junction");
    writeFileSync(join(place, "runner.mts"), example);
    const { stdout } = await run(process.execPath, ["--conditions=@cardea/source", "runner.mts"], { cwd: place });
    const lines = stdout.trim().split("\n");
    assert.ok(lines.includes("payload-duplicate-sub-last: accepted, expected malformed_payload"), stdout.slice(0, 500));
    assert.deepEqual(
      lines.filter((line) => line.startsWith("good-") || /expected (bad_signature|wrong_algorithm)$/.test(line)),
      [],
    );
  });

  test("lists every file", () => {
    const listed = [...readme.matchAll(/^\| `(\w+\.json)`/gm)].map(([, name]) => name);
    assert.deepEqual(
      listed.toSorted(),
      readdirSync(folder)
        .filter((name) => name.endsWith(".json"))
        .toSorted(),
    );
  });
});
