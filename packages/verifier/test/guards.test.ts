import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { nodeGuard } from "@cardea/verifier/node";
import { problems } from "@cardea/verifier/wire";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { type GuardedService, guardKinds, startGuardedService } from "./support/guardedService.ts";
import { accessToken, audience, tampered } from "./support/tokens.ts";

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
let service: GuardedService;

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  const credentials = { id: "svc", secret: "s3cret" };
  verifier = createVerifier({ issuer: issuer.url, audience, credentials, revocation: {}, world: world.parts });
  service = await startGuardedService();
  await verifier.ready();
});

afterEach(async () => {
  await verifier.close();
  await Promise.all([issuer.close(), service.close()]);
});

const token = (change = {}): string => accessToken(world.wall, { iss: issuer.url, ...change });
const bearer = (text: string): readonly string[] => ["Authorization", `Bearer ${text}`];

type Refusal = readonly [rule: string, headers: () => readonly string[], code: keyof typeof problems];

const refusals: readonly Refusal[] = [
  ["no credential", () => [], "missing_token"],
  ["an empty header", () => ["Authorization", ""], "missing_token"],
  ["another scheme", () => ["Authorization", `Basic ${token()}`], "missing_token"],
  ["a token without a scheme", () => ["Authorization", token()], "missing_token"],
  ["a token in a cookie", () => ["Cookie", `access_token=${token()}`], "missing_token"],
  ["a token in a subprotocol", () => ["Sec-WebSocket-Protocol", `bearer.${token()}`], "missing_token"],
  ["a scheme without a token", () => ["Authorization", "Bearer"], "invalid_token"],
  ["two headers", () => [...bearer(token()), ...bearer(token())], "invalid_request"],
  ["two headers, the good one second", () => ["Authorization", "Basic dTpw", ...bearer(token())], "invalid_request"],
  ["a list in one header", () => ["Authorization", `Bearer ${token()}, Bearer ${token()}`], "invalid_request"],
  ["a list of tokens", () => bearer(`${token()},${token()}`), "invalid_token"],
  ["two tokens", () => bearer(`${token()} ${token()}`), "invalid_token"],
  ["a signature in JSON", () => bearer('{"payload":"e30","signatures":[]}'), "invalid_token"],
  ["a tampered token", () => bearer(tampered(token())), "invalid_token"],
  ["a token for another audience", () => bearer(token({ aud: "other" })), "invalid_token"],
  ["an expired token", () => bearer(token({ exp: 1_800_000_000 - 5, iat: 1_700_000_000 })), "invalid_token"],
  ["an opaque token", () => bearer("0123456789abcdef"), "invalid_token"],
];

for (const kind of guardKinds) {
  for (const [rule, headers, code] of refusals) {
    test(`${kind}: ${rule} is answered with ${problems[code].status} ${code}`, async () => {
      service.protect(kind, verifier);
      const sent = headers();
      const answer = await service.call(sent);
      const { status, title, bearerError } = problems[code];
      assert.equal(answer.status, status);
      assert.equal(answer.headers["content-type"], "application/problem+json");
      assert.equal(answer.headers["cache-control"], "no-store");
      assert.deepEqual(JSON.parse(answer.text), { type: "about:blank", title, status, code });
      const challenge = answer.headers["www-authenticate"] ?? "";
      assert.ok(challenge.startsWith(`Bearer realm="${issuer.url}"`));
      assert.equal(/error="([^"]*)"/.exec(challenge)?.[1], bearerError);
      const said = JSON.stringify([answer.text, answer.headers]);
      for (const part of sent.flatMap((text) => text.match(/[\w-]{16,}/g) ?? [])) assert.ok(!said.includes(part));
      assert.deepEqual([service.passed, service.faults], [[], []]);
      assert.deepEqual(service.authAfter, [undefined], "request.auth is cleared");
    });
  }

  test(`${kind}: a query parameter is no credential`, async () => {
    service.protect(kind, verifier);
    assert.equal((await service.call([], `/?access_token=${token()}`)).status, 401);
  });

  for (const spelling of ["Bearer ", "bearer ", "BEARER   "]) {
    test(`${kind}: a good token passes as "${spelling}", and is in request.auth`, async () => {
      service.protect(kind, verifier);
      const answer = await service.call(["Authorization", spelling + token()]);
      assert.deepEqual([answer.status, answer.text, service.passed], [200, "welcome", ["u"]]);
    });
  }

  test(`${kind}: a stale view is a 503 with Retry-After and no challenge, so nobody signs in again for it`, async () => {
    service.protect(kind, verifier);
    world.pass(5000);
    const { status, headers, text } = await service.call(bearer(token()));
    assert.deepEqual([status, headers["retry-after"], headers["www-authenticate"]], [503, "1", undefined]);
    assert.equal(JSON.parse(text).code, "stale_view");
    assert.deepEqual(service.passed, []);
  });

  test(`${kind}: missing keys are a 503`, async () => {
    issuer.override.jwks = (_, response) => response.writeHead(500).end();
    const keyless = createVerifier({ issuer: issuer.url, audience, revocation: unchecked, world: world.parts });
    service.protect(kind, keyless);
    const { status, headers, text } = await service.call(bearer(token()));
    await keyless.close();
    assert.deepEqual([status, headers["retry-after"], service.passed], [503, "1", []]);
    assert.equal(JSON.parse(text).code, "temporarily_unavailable");
  });

  for (const thrown of [new Error("s3cret"), undefined, null, false, 0, "", "route", "router"]) {
    const rejects = () => Promise.reject(thrown);
    const throws = () => {
      throw thrown;
    };
    test(`${kind}: an exception inside (${thrown}) never lets a request pass, with or without "optional"`, async () => {
      for (const authenticate of [rejects, throws]) {
        const faulty = { route: () => ({ authenticate, challenge: { realm: "r" } }) };
        for (const options of [{}, { optional: true }]) {
          service.protect(kind, faulty, options);
          const { status, text } = await service.call(bearer(token()));
          assert.equal(status, 500);
          assert.doesNotMatch(text, /s3cret/);
        }
      }
      assert.deepEqual([service.passed, service.authAfter], [[], Array(4).fill(undefined)]);
      assert.equal(service.faults.length, kind === "express" ? 4 : 0);
      for (const fault of service.faults) assert.ok(fault instanceof Error, "Express passes on with anything less");
    });
  }

  test(`${kind}: a guard refuses options that cannot work when it is made`, () => {
    const wrong: readonly (readonly [options: object, advice: RegExp])[] = [
      [{ whenstale: "allow" }, /guard: no option "whenstale"/],
      [{ whenStale: "maybe" }, /whenStale must be "deny" or "introspect" or "allow"/],
      [{ scopes: [] }, /scopes must be a list of at least one name/],
      [{ scopes: "pay" }, /scopes must be a list/],
      [{ scopes: ["pay refund"] }, /scopes must be a list/],
      [{ roles: [""] }, /roles must be a list/],
      [{ maxAge: "0s" }, /route: maxAge must be a duration such as "5s", from 1000 ms/],
      [{ maxAge: 600 }, /maxAge must be a duration/],
      [{ fresh: "yes" }, /fresh must be true or false/],
      [{ optional: "yes" }, /optional must be true or false/],
      [{ optional: true, roles: ["admin"] }, /an optional token cannot be asked for scopes, roles or maxAge/],
    ];
    for (const [options, advice] of wrong) assert.throws(() => service.protect(kind, verifier, options), advice);
  });
}

test("an answer that has begun before the refusal is cut off", async () => {
  const guard = nodeGuard(verifier);
  const server = createServer((request, response) => {
    response.write("x");
    void guard(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: "Bearer bad.bad.bad" } });
  await assert.rejects(answer.text());
  server.close();
});
