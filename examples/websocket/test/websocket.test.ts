import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import WebSocket from "ws";
import { openVerifier, tokenOfAda } from "../../support/guardConformance.ts";
import { createApp, tokenEnded } from "../src/app.ts";

let aheadMs = 0;
const verifier = openVerifier({ now: () => Date.now() + aheadMs });
const server = createApp(verifier);

before(() => once(server.listen(0, "localhost"), "listening"));
after(async () => {
  server.close();
  server.closeAllConnections();
  await verifier.close();
});

const address = (): string => `ws://localhost:${(server.address() as AddressInfo).port}/`;

/** As a server or a command line calls: with a header. */
const withHeader = (token: string): WebSocket =>
  new WebSocket(address(), { headers: { authorization: `Bearer ${token}` } });

/** As a browser calls, which can send no header: with a subprotocol beside the one that is spoken. */
const withSubprotocol = (token: string): WebSocket => new WebSocket(address(), [`bearer.${token}`, "orders.v1"]);

for (const [how, open] of Object.entries({ withHeader, withSubprotocol })) {
  test(`${how}: a good token opens a socket that knows whose it is`, async () => {
    const socket = open(tokenOfAda());
    const [message] = await once(socket, "message");
    assert.equal(String(message), "Hello ada");
    assert.equal(socket.protocol, how === "withSubprotocol" ? "orders.v1" : "", "the token never comes back");
    socket.close();
    await once(socket, "close");
  });

  test(`${how}: a bad token opens none`, async () => {
    const [, response] = await once(open(tokenOfAda({ aud: "other" })), "unexpected-response");
    assert.equal(response.statusCode, 401);
    assert.match(response.headers["www-authenticate"], /error="invalid_token"/);
    response.destroy();
  });
}

test("a socket is closed when its token ends, with the reason", async () => {
  const socket = withHeader(tokenOfAda());
  await once(socket, "message");
  aheadMs = 306_000;
  const [code, reason] = await once(socket, "close");
  assert.deepEqual([code, String(reason)], [tokenEnded, "expired"]);
});
