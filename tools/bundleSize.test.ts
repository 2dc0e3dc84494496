import assert from "node:assert/strict";
import { test } from "node:test";
import { bundleSize } from "./bundleSize.ts";

test("a bundle that only verifies stays under 8 kB gzip", async (t) => {
  const { minified, gzip, text } = await bundleSize(["createVerifier", "keySet"]);
  t.diagnostic(`createVerifier and keySet: ${minified} bytes minified, ${gzip} gzip`);
  assert.ok(text.includes("bad_signature"), "it verifies");
  assert.ok(gzip < 8000, `${gzip} bytes`);
});

test("with the import of a JWK set, and so the checks of every kind of key, it stays under 11.5 kB", async (t) => {
  const { minified, gzip, text } = await bundleSize(["createVerifier", "keySetFromJwks"]);
  t.diagnostic(`createVerifier and keySetFromJwks: ${minified} bytes minified, ${gzip} gzip`);
  assert.ok(text.includes("ROCA"), "it looks for weak keys");
  assert.ok(gzip < 11_500, `${gzip} bytes`);
});

test("what only verifies holds no code that signs, makes keys or explains", async () => {
  const { text } = await bundleSize(["createVerifier", "keySetFromJwks"]);
  for (const foreign of [
    "createPrivateKey",
    "createSecretKey",
    "createSign(",
    "must be an object of claims",
    "toJSON would",
  ]) {
    assert.ok(!text.includes(foreign), foreign);
  }
});
