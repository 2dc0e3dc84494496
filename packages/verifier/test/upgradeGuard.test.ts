import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, test } from "node:test";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { type Guardian, type UpgradeGuardOptions, upgradeGuard } from "@cardea/verifier/websocket";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { readBody } from "./support/loopback.ts";
import { accessToken, audience, issuer, tampered, verifyingKey } from "./support/tokens.ts";

let world: FakeWorld;
let verifier: Verifier;
let server: Server;
let seen: (readonly [subject: string | undefined, protocols: string | undefined])[];

beforeEach(async () => {
  world = fakeWorld();
  seen = [];
  verifier = createVerifier({ issuer, audience, keys: verifyingKey, revocation: unchecked, world: world.parts });
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  await verifier.close();
  server.closeAllConnections();
  server.close();
});

/** What it lets pass gets a 101 by hand. */
function protect(guardian: Guardian = verifier, options: UpgradeGuardOptions = {}): void {
  const guard = upgradeGuard(guardian, options);
  server.on("upgrade", async (request: IncomingMessage, socket: Duplex) => {
    Object.assign(request, { auth: { ok: true, claims: { sub: "forged" } } });
    const caller = await guard(request, socket);
    if (caller === undefined) return;
    seen.push([caller.claims.sub, request.headers["sec-websocket-protocol"]]);
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
}

type Answer = { readonly status: number; readonly headers: IncomingMessage["headers"]; readonly text: string };

function open(headers: Readonly<Record<string, string | string[]>>, path = "/"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = {
      host: "127.0.0.1",
      port,
      path,
      headers: { connection: "Upgrade", upgrade: "websocket", ...headers },
    };
    const sent = httpRequest({ ...asked, agent: false }).end();
    sent.on("error", reject);
    sent.on("upgrade", ({ statusCode = 0, headers: got }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers: got, text: "" });
    });
    sent.on("response", (response) => {
      const { statusCode = 0, headers: got } = response;
      readBody(response).then((text) => resolve({ status: statusCode, headers: got, text }), reject);
    });
  });
}

const token = (change = {}): string => accessToken(world.wall, change);

test("a good token in Authorization opens the socket", async () => {
  protect();
  assert.equal((await open({ authorization: `Bearer ${token()}` })).status, 101);
  assert.deepEqual(seen, [["u", undefined]]);
});

test("a good token in a subprotocol opens it, and no server sees it there, so none sends it back", async () => {
  protect();
  assert.equal((await open({ "sec-websocket-protocol": `bearer.${token()}, orders.v1, other` })).status, 101);
  assert.equal((await open({ "sec-websocket-protocol": `bearer.${token()}` })).status, 101);
  assert.deepEqual(seen, [
    ["u", "orders.v1, other"],
    ["u", undefined],
  ]);
});

const refusals: readonly (readonly [rule: string, headers: () => Record<string, string | string[]>, status: number])[] =
  [
    ["no token", () => ({}), 401],
    ["a subprotocol that is no token", () => ({ "sec-websocket-protocol": "orders.v1" }), 401],
    ["a tampered token", () => ({ authorization: `Bearer ${tampered(token())}` }), 401],
    ["a tampered token in a subprotocol", () => ({ "sec-websocket-protocol": `bearer.${tampered(token())}` }), 401],
    ["an empty token in a subprotocol", () => ({ "sec-websocket-protocol": "bearer." }), 401],
    [
      "two subprotocols with a token",
      () => ({ "sec-websocket-protocol": `bearer.${token()}, bearer.${token()}` }),
      400,
    ],
    [
      "a token in both places",
      () => ({ authorization: `Bearer ${token()}`, "sec-websocket-protocol": `bearer.${token()}` }),
      400,
    ],
  ];

for (const [rule, headers, status] of refusals) {
  test(`${rule} is answered with ${status}, and the connection closed`, async () => {
    protect();
    const sent = headers();
    const answer = await open(sent);
    assert.deepEqual([answer.status, answer.headers.connection], [status, "close"]);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.match(answer.headers["www-authenticate"] ?? "", /^Bearer realm=/);
    assert.equal(JSON.parse(answer.text).status, status);
    const said = JSON.stringify(answer);
    for (const part of JSON.stringify(sent).match(/[\w-]{40,}/g) ?? []) assert.ok(!said.includes(part));
    assert.deepEqual(seen, []);
  });
}

test("a token in the URL is none", async () => {
  protect();
  assert.equal((await open({}, `/?access_token=${token()}`)).status, 401);
});

test("what a route asks for is asked here, too", async () => {
  protect(verifier, { roles: ["admin"] });
  assert.equal((await open({ authorization: `Bearer ${token()}` })).status, 403);
  assert.equal((await open({ authorization: `Bearer ${token({ roles: ["admin"] })}` })).status, 101);
});

test("a token is never optional: nobody is anonymous here", () => {
  const optional = { optional: true } as UpgradeGuardOptions;
  assert.throws(() => upgradeGuard(verifier, optional), /no option "optional"/);
});

test("an exception inside never opens a socket: 500", async () => {
  const authenticate = () => Promise.reject(new Error("s3cret"));
  protect({ route: () => ({ authenticate, challenge: { realm: "r" } }) });
  const answer = await open({ authorization: `Bearer ${token()}` });
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.text, /s3cret/);
  assert.deepEqual(seen, []);
});

test("a socket that ends while its token is judged is nobody's, and no fault", async () => {
  const outcome = Promise.withResolvers<unknown>();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    const authenticate: Verifier["authenticate"] = (text) => {
      socket.destroy(new Error("connection reset"));
      return verifier.authenticate(text);
    };
    const guard = upgradeGuard({ route: () => ({ authenticate, challenge: { realm: "r" } }) });
    guard(request, socket).then(outcome.resolve, outcome.reject);
  });
  await assert.rejects(open({ authorization: `Bearer ${token()}` }));
  assert.equal(await outcome.promise, undefined);
});
