import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { UsageError } from "../src/cli/command.ts";
import { confirm } from "../src/cli/confirm.ts";

/** Both ends of a terminal at which somebody types. */
function terminal(typed: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  input.end(typed);
  return { input, output };
}

const without = { is: () => false };

describe("a question before something is taken away", () => {
  for (const answer of ["y\n", "yes\n", "YES\n", " y \n"]) {
    test(`takes ${JSON.stringify(answer)} for yes`, async () => {
      const ends = terminal(answer);
      await confirm(without, "Delete it?", ends);
      ends.output.end();
      assert.match(await text(ends.output), /Delete it\? \[y\/N\] /);
    });
  }

  for (const answer of ["\n", "n\n", "no\n", "yesterday\n", "\u0079\u0301\n"]) {
    test(`takes ${JSON.stringify(answer)} for no`, async () => {
      await assert.rejects(confirm(without, "Delete it?", terminal(answer)), /^Error: Nothing was done\.$/);
    });
  }

  test("is not asked with --yes, and where nobody can answer --yes is needed", async () => {
    await confirm({ is: (flag) => flag === "yes" }, "Delete it?", terminal(""));
    await assert.rejects(confirm(without, "Delete it?", terminal("y\n", false)), (error) => {
      assert.ok(error instanceof UsageError);
      return /^Delete it\? Nobody is here to be asked: add --yes to do it\.$/.test(error.message);
    });
  });
});
