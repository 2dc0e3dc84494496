import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { exportPublicJwk, exportSecretJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import { createRemoteKeys, type RemoteKeys } from "../src/remoteKeys.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { type Loopback, sendJson, startLoopback } from "./support/loopback.ts";
import { jwks } from "./support/tokens.ts";

let server: Loopback;
let folder: string;
let file: string;
let world: FakeWorld;
const open: RemoteKeys[] = [];

before(async () => {
  server = await startLoopback(sendJson(jwks));
});
after(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cardea-keys-"));
  file = join(folder, "jwks.json");
  server.answer = away;
  world = fakeWorld();
});
afterEach(() => {
  for (const keys of open.splice(0)) keys.close();
  rmSync(folder, { recursive: true });
});

/** What a process leaves that fetched `jwks` from `url`. */
const kept = (set: unknown, url = `${server.url}/jwks`): string => JSON.stringify({ url, jwks: set });

const away: Loopback["answer"] = (_, response) => response.writeHead(500).end();
const hour = 3_600_000;

function start(path = file): RemoteKeys {
  const limits = { allow: undefined, timeoutMs: 20_000, staleIfErrorMs: hour };
  const keys = createRemoteKeys({ url: `${server.url}/jwks`, ...limits, file: path, world, onChange: () => {} });
  open.push(keys);
  return keys;
}

/** Leaves a file as a process would have that fetched `ageMs` ago. */
function leave(text: string, ageMs = 0): void {
  writeFileSync(file, text);
  const at = (world.wall - ageMs) / 1000;
  utimesSync(file, at, at);
}

/** The keys in the file, which says whose they are. */
function keptNow(): unknown {
  const { url, jwks } = JSON.parse(readFileSync(file, "utf8"));
  assert.equal(url, `${server.url}/jwks`);
  return jwks;
}

const names = (keys: RemoteKeys): readonly (string | undefined)[] => keys.keys.map(({ kid }) => kid);

test("what was fetched is kept for the next start, which needs no issuer", async () => {
  server.answer = sendJson(jwks);
  assert.equal(await start().refetch(), true);
  assert.deepEqual([keptNow(), readdirSync(folder)], [jwks, ["jwks.json"]]);
  server.answer = away;
  world.wall = Date.now();
  assert.deepEqual(names(start()), ["k1"], "at once: not even a tick has passed");
});

test("keys from the file are trusted for staleIfError since they were fetched, and not a moment more", () => {
  leave(kept(jwks), hour - 1000);
  const keys = start();
  assert.deepEqual(names(keys), ["k1"]);
  world.pass(999);
  assert.equal(keys.usable, true);
  world.pass(1);
  assert.deepEqual([keys.usable, names(keys)], [false, []]);
  assert.equal(start().usable, false, "a start does not make them any younger");
});

test("a file from the future is as good as a new one, and no better", () => {
  leave(kept(jwks), -1000 * hour);
  const keys = start();
  world.pass(hour);
  assert.equal(keys.usable, false);
});

test("what the issuer says replaces what the file said: a withdrawn key stops working, also for the next start", async () => {
  const other = exportPublicJwk(publicKeyOf(generateKey("ES256", { kid: "k2" })));
  leave(kept(jwks));
  server.answer = sendJson({ keys: [other] });
  const keys = start();
  assert.equal(await keys.refetch(), true);
  assert.deepEqual(names(keys), ["k2"]);
  server.answer = sendJson({ keys: [] });
  world.pass(5000);
  assert.equal(await keys.refetch(), false);
  server.answer = away;
  world.wall = Date.now();
  assert.equal(start().usable, false);
});

const secret = exportSecretJwk(generateKey("ES256", { kid: "k3" }));

for (const [rule, text, fault] of [
  ["no JSON", () => "{", /jwks\.json: .*not JSON/],
  ["a secret key", () => kept({ keys: [...jwks.keys, secret] }), /holds a secret/],
  ["more than is read", () => `${kept(jwks)}${" ".repeat(256 * 1024)}`, /longer than \d+ bytes/],
  ["keys of nobody knows whom", () => JSON.stringify(jwks), /does not say whose keys/],
  ["keys of another issuer", () => kept(jwks, "https://other.test/jwks?key=s3cret"), /the keys of another URL$/],
] as const) {
  test(`a file with ${rule} gives no keys, says so, and does no other harm`, async () => {
    leave(text());
    const keys = start();
    assert.equal(keys.usable, false);
    assert.match(keys.fault ?? "", fault);
    server.answer = sendJson(jwks);
    await keys.refetch();
    world.pass(5000);
    assert.equal(await keys.refetch(), true);
    assert.deepEqual([keys.fault, keptNow()], [undefined, jwks]);
  });
}

test("the largest set that is fetched can be read again", async () => {
  const padding = " ".repeat(256 * 1024 - JSON.stringify(jwks).length);
  server.answer = (_, response) => response.end(`${JSON.stringify(jwks)}${padding}`);
  assert.equal(await start().refetch(), true);
  server.answer = away;
  world.wall = Date.now();
  assert.deepEqual(names(start()), ["k1"]);
});

test("a set that is refused never reaches the file", async () => {
  leave(kept(jwks));
  server.answer = sendJson({ keys: [secret] });
  assert.equal(await start().refetch(), false);
  assert.deepEqual(keptNow(), jwks);
});

test("a write that fails leaves nothing behind", async () => {
  mkdirSync(file);
  server.answer = sendJson(jwks);
  const keys = start();
  assert.equal(await keys.refetch(), true);
  assert.match(keys.fault ?? "", /jwks\.json/);
  assert.deepEqual([readdirSync(folder), readdirSync(file)], [["jwks.json"], []]);
});

test("a folder that is not there, or not ours to write to, is told and costs no keys", async () => {
  server.answer = sendJson(jwks);
  const keys = start(join(folder, "nowhere", "jwks.json"));
  assert.equal(await keys.refetch(), true);
  assert.deepEqual(names(keys), ["k1"]);
  assert.match(keys.fault ?? "", /nowhere.*ENOENT/);
});
