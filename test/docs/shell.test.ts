import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { readDocuments } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");

/** Pages with `sh run` blocks: one story each, told to a fresh development server. */
const stories = readDocuments(root)
  .map(({ path, blocks }) => ({ path, blocks: blocks.filter(({ info }) => info === "sh run") }))
  .filter(({ blocks }) => blocks.length > 0);

describe("the shell examples of the documents", { timeout: 120_000 }, () => {
  test("are there", () =>
    assert.deepEqual(
      stories.map(({ path }) => path),
      ["docs/accounts.md"],
    ));

  for (const { path, blocks } of stories) {
    test(`${path}: each command of each block is answered well`, async () => {
      const server = await startServer();
      const told = blocks.map((block) => block.text.replaceAll("localhost:4000", `localhost:${server.port}`));
      const { code, stdout, stderr } = await bash(["set -eu", ...told].join("\n")).finally(server.stop);
      assert.deepEqual([code, stderr], [0, ""], stdout);
      for (const [event, times] of [
        ["signed_in", 2],
        ["password_changed", 1],
        ["password_reset", 1],
        ["email_verified", 1],
        ["email_changed", 1],
        ["account_deleted", 1],
      ] as const) {
        assert.equal(server.told().filter((type) => type === event).length, times, event);
      }
    });
  }
});

async function bash(script: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const shell = spawn("bash", ["-c", script], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(shell, "close");
  const [stdout, stderr] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
  const [code] = await ended;
  return { code, stdout, stderr };
}

/** `cardea serve` as a developer starts it, in a folder of its own on a free port. */
async function startServer(): Promise<{ port: number; told: () => readonly string[]; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-shell-"));
  const bin = join(root, "packages/server/bin/cardea.js");
  const words = ["--conditions=@cardea/source", bin, "serve", "--port", "0", "--json"];
  const server = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"], cwd: folder, env: {} });
  const ended = once(server, "close");
  const types: string[] = [];
  createInterface(server.stderr).on("line", (line) => types.push(String(Object(JSON.parse(line)).event)));
  const [line] = await once(createInterface(server.stdout), "line");
  return {
    port: Number(Object(JSON.parse(String(line))).port),
    told: () => types,
    stop: async () => {
      server.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
      rmSync(folder, { recursive: true });
    },
  };
}
