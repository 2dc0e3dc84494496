import assert from "node:assert/strict";
import type { RequestListener, ServerResponse } from "node:http";
import { after, afterEach, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { exportPublicJwk, exportSecretJwk, generateKey, publicKeyOf } from "@cardea/jwt";
import { createRemoteKeys, type RemoteKeys, type RemoteKeysConfig } from "../src/remoteKeys.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { type Loopback, sendJson, startLoopback } from "./support/loopback.ts";
import { jwks, signingKey } from "./support/tokens.ts";

let server: Loopback;
let elsewhere: Loopback;
let world: FakeWorld;
const open: RemoteKeys[] = [];

before(async () => {
  server = await startLoopback(sendJson(jwks));
  elsewhere = await startLoopback(sendJson(jwks));
});

after(() => Promise.all([server.close(), elsewhere.close()]));

afterEach(() => {
  for (const keys of open.splice(0)) keys.close();
  server.answer = sendJson(jwks);
});

function openKeys(change: Partial<RemoteKeysConfig> = {}): RemoteKeys {
  world = fakeWorld({ random: () => 0.99 });
  const url = `${server.url}/jwks`;
  const keys = createRemoteKeys({
    url,
    allow: undefined,
    timeoutMs: 20_000,
    staleIfErrorMs: 3_600_000,
    file: undefined,
    world,
    onChange: () => {},
    ...change,
  });
  open.push(keys);
  return keys;
}

/** Lets the budget refill, so that the next unknown key is worth a fetch. */
async function fetchAgain(keys: RemoteKeys): Promise<boolean> {
  world.pass(5000);
  return keys.refetch();
}

async function openGoodKeys(change: Partial<RemoteKeysConfig> = {}): Promise<RemoteKeys> {
  const keys = openKeys(change);
  assert.equal(await keys.refetch(), true);
  return keys;
}

const secondKey = generateKey("ES256", { kid: "k2" });
const secondJwk = exportPublicJwk(publicKeyOf(secondKey));

const raw =
  (body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

/** Writes for as long as anybody reads. */
function pour(response: ServerResponse): void {
  const chunk = Buffer.alloc(64 * 1024, " ");
  while (response.write(chunk));
  response.once("drain", () => pour(response));
}

const drip: RequestListener = (_, response) => {
  const timer = setInterval(() => response.write(" "), 10);
  response.on("close", () => clearInterval(timer));
};

const attacks: readonly (readonly [rule: string, answer: RequestListener, fault: RegExp])[] = [
  ["a body of 10 MiB", raw(Buffer.alloc(10 * 2 ** 20, " ")), /longer than 262144 bytes/],
  ["a body that never ends", (_, response) => pour(response), /longer than 262144 bytes/],
  ["a bomb of gzip", raw(gzipSync(Buffer.alloc(10 * 2 ** 20)), { "content-encoding": "gzip" }), /longer than 262144/],
  ["a hundred thousand keys", sendJson({ keys: Array(100_000).fill({}) }), /longer than 262144 bytes/],
  ["a hundred and one keys", sendJson({ keys: Array(101).fill({}) }), /at most 100 keys/],
  ["what is not JSON", raw("<html>s3cret"), /the text is not JSON/],
  ["nothing", raw(""), /the text is not JSON/],
  ["invalid UTF-8", raw(Buffer.from([0x22, 0xff, 0x22])), /encoded data was not valid/],
  ["a member twice", raw('{"keys":[],"keys":[]}'), /the same member twice/],
  ["a deep nest", raw("[".repeat(1000) + "]".repeat(1000)), /nested too deeply/],
  ["keys that are an object", sendJson({ keys: {} }), /an array "keys"/],
  ["a list", sendJson([jwks.keys]), /an array "keys"/],
  ["a key that is null", sendJson({ keys: [null] }), /not an object/],
  ["a private key beside good ones", sendJson({ keys: [...jwks.keys, exportSecretJwk(secondKey)] }), /holds a secret/],
  ["a symmetric key", sendJson({ keys: [...jwks.keys, exportSecretJwk(generateKey("HS256"))] }), /holds a secret/],
  ["two keys of one kid", sendJson({ keys: [...jwks.keys, { ...secondJwk, kid: "k1" }] }), /the same kid/],
  ["a point off the curve", sendJson({ keys: [{ ...secondJwk, x: secondJwk.y, y: secondJwk.x }] }), /./],
  ["a redirect", (_, response) => response.writeHead(302, { location: `${elsewhere.url}/jwks` }).end(), /redirect/],
  ["an error", raw(JSON.stringify(jwks), {}, 500), /status is 500/],
  ["no content", raw("", {}, 204), /status is 204/],
  ["a hung up line", (request) => request.socket.destroy(), /other side closed|ECONNRESET|terminated/],
];

for (const [rule, answer, fault] of attacks) {
  test(`J-56: a JWKS endpoint that answers with ${rule} changes nothing: the last good set is kept`, async () => {
    const keys = await openGoodKeys();
    server.answer = answer;
    assert.equal(await fetchAgain(keys), false);
    assert.match(keys.fault ?? "", fault);
    assert.doesNotMatch(keys.fault ?? "", /s3cret/, "the body stays out of the message");
    assert.equal(keys.find("k1", "ES256")[0]?.kid, "k1");
    assert.deepEqual(keys.find("k2", "ES256"), []);
    assert.deepEqual(elsewhere.seen, [], "no redirect is followed");
    server.answer = sendJson(jwks);
    assert.equal(await fetchAgain(keys), true);
    assert.equal(keys.fault, undefined);
  });
}

for (const [rule, answer] of [
  ["drips for ever", drip],
  ["never answers", () => {}],
] as const) {
  test(`J-56: a JWKS endpoint that ${rule} is left after the time-out`, async () => {
    const keys = openKeys({ timeoutMs: 100 });
    server.answer = answer;
    await keys.refetch();
    world.pass(5000);
    await keys.refetch();
    assert.match(keys.fault ?? "", /no complete answer within 100 ms/);
  });
}

for (const [rule, keys] of Object.entries({ none: [], "one for encryption": [{ ...secondJwk, use: "enc" }] })) {
  test(`a sound set that holds no key to verify with (${rule}) withdraws those of before at once`, async () => {
    const remote = await openGoodKeys();
    server.answer = sendJson({ keys });
    assert.equal(await fetchAgain(remote), false);
    assert.match(remote.fault ?? "", /no key that can verify/);
    assert.deepEqual([remote.usable, remote.find("k1", "ES256")], [false, []]);
    server.answer = sendJson(jwks);
    assert.equal(await fetchAgain(remote), true);
    assert.equal(remote.find("k1", "ES256")[0]?.kid, "k1");
  });
}

test("from the beginning a bad set gives no keys at all, and says why", async () => {
  server.answer = sendJson({ keys: {} });
  const keys = openKeys();
  assert.equal(await keys.refetch(), false);
  assert.deepEqual([keys.usable, keys.size, keys.keys.length, keys.find("k1", "ES256")], [false, 0, 0, []]);
  assert.match(keys.fault ?? "", /^http:\/\/127\.0\.0\.1|keySetFromJwks/);
});

test("an unknown key is fetched at once, and known from then on", async () => {
  const keys = await openGoodKeys();
  server.answer = sendJson({ keys: [...jwks.keys, secondJwk] });
  assert.deepEqual(keys.find("k2", "ES256"), []);
  assert.equal(await fetchAgain(keys), true);
  assert.equal(keys.find("k2", "ES256")[0]?.kid, "k2");
});

test("who hears that keys are there is not put off with the fetch that brought them", async () => {
  const heard = Promise.withResolvers<void>();
  const keys = openKeys({ onChange: heard.resolve });
  await heard.promise;
  server.answer = sendJson({ keys: [...jwks.keys, secondJwk] });
  assert.equal(await keys.refetch(), true);
  assert.equal(keys.find("k2", "ES256")[0]?.kid, "k2");
});

test("a flood of unknown keys costs one fetch, and one more after a while", async () => {
  const keys = await openGoodKeys();
  world.pass(5000);
  const before = server.seen.length;
  const atOnce = await Promise.all(Array.from({ length: 100 }, () => keys.refetch()));
  assert.ok(atOnce.every(Boolean), "who comes while a fetch runs waits for it");
  for (let each = 0; each < 100; each++) assert.equal(await keys.refetch(), false);
  assert.equal(server.seen.length, before + 1);
  world.pass(4999);
  assert.equal(await keys.refetch(), false);
  world.pass(1);
  assert.equal(await keys.refetch(), true);
  assert.equal(server.seen.length, before + 2);
});

test("a withdrawn key stops working with the next fetch", async () => {
  const keys = await openGoodKeys();
  server.answer = sendJson({ keys: [secondJwk] });
  assert.equal(await fetchAgain(keys), true);
  assert.deepEqual(keys.find("k1", signingKey.alg), []);
});

test("the last good set outlives its freshness by staleIfError and not a moment more", async () => {
  server.answer = sendJson(jwks, { "cache-control": "max-age=60" });
  const keys = await openGoodKeys({ staleIfErrorMs: 10_000 });
  server.answer = raw("", {}, 500);
  world.pass(69_999);
  assert.deepEqual([keys.usable, keys.size, keys.find("k1", "ES256")[0]?.kid], [true, 1, "k1"]);
  world.pass(1);
  assert.deepEqual([keys.usable, keys.size, keys.find("k1", "ES256")], [false, 0, []]);
});

test("keys age from when they were asked for, so a slow answer is not younger", async () => {
  server.answer = (request, response) => {
    world.pass(30_000);
    sendJson(jwks, { "cache-control": "max-age=60" })(request, response);
  };
  const keys = await openGoodKeys({ staleIfErrorMs: 0 });
  world.pass(29_999);
  assert.equal(keys.usable, true);
  world.pass(1);
  assert.equal(keys.usable, false);
});

test("only algorithms that are allowed get keys", async () => {
  const keys = await openGoodKeys();
  assert.deepEqual(keys.find("k1", "HS256"), []);
  const none = openKeys({ allow: ["EdDSA"] });
  assert.equal(await none.refetch(), false);
  assert.equal(none.usable, false);
});

test("after close a running fetch is ended and none begins", async () => {
  server.answer = () => {};
  const keys = openKeys();
  const running = keys.refetch();
  keys.close();
  assert.equal(await running, false);
  const before = server.seen.length;
  assert.equal(await fetchAgain(keys), false);
  assert.equal(server.seen.length, before);
});
