import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cryptJwt, isInstalled, joseCommand, pyJwt, rubyJwt, tellMissing } from "./programs.ts";

describe("a machine without somebody else's library", () => {
  for (const program of [pyJwt, rubyJwt, cryptJwt, joseCommand]) {
    const advice = `apt-get install ${program.packages}`;

    test(`says so for ${program.name} in the tests' output and on standard error, with the way to get it`, () => {
      const told: string[] = [];
      const places = { diagnostic: (line: string) => told.push(line), stderr: (line: string) => told.push(line) };
      tellMissing(program, places, { required: false });
      assert.equal(told.length, 2);
      for (const line of told) assert.ok(line.includes(program.name) && line.includes(advice), line);
    });

    test(`fails in CI without ${program.name}`, () => {
      const places = { diagnostic: () => undefined, stderr: () => undefined };
      assert.throws(
        () => tellMissing(program, places, { required: true }),
        ({ message }: Error) => message.includes(advice),
      );
    });

    test(`notices that ${program.name} is missing, whether the command or what it loads`, () => {
      assert.equal(isInstalled({ ...program, command: "/nonexistent/command" }), false);
      assert.equal(isInstalled({ ...program, args: ["/nonexistent/script"] }), false);
    });
  }
});
