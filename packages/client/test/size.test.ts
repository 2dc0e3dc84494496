import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a page ships that imports these names, in bytes: bundled and minified as its own build would, React left out. */
async function sizeOf(contents: string): Promise<{ readonly gzip: number; readonly text: string }> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(import.meta.dirname, "..") },
    conditions: ["@cardea/source"],
    external: ["react"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  const text = outputFiles[0]?.text ?? "";
  return { gzip: gzipSync(text, { level: 9 }).length, text };
}

test("the client has less than 4000 bytes, gzip", async (t) => {
  const { gzip, text } = await sizeOf('export { createClient } from "@cardea/client";');
  t.diagnostic(`createClient: ${text.length} bytes minified, ${gzip} gzip`);
  assert.ok(text.includes("/sign-in"));
  assert.doesNotMatch(text, /\bfrom"|\bimport\(/, "it needs nothing else");
  assert.ok(gzip < 4000, `${gzip} bytes`);
});

test("for React it is less than 700 more", async (t) => {
  const react = 'export { AuthProvider, SignedIn, useAuth, useSessions } from "@cardea/client/react";';
  const { gzip } = await sizeOf(react);
  t.diagnostic(`react: ${gzip} gzip`);
  assert.ok(gzip < 700, `${gzip} bytes`);
});
