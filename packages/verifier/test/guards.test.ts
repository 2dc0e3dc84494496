import assert from "node:assert/strict";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { createVerifier, unchecked, type Verifier } from "@cardea/verifier";
import { problems } from "@cardea/verifier/wire";
import type { GuardParts } from "../src/guards/authenticateRequest.ts";
import { createExpressGuard } from "../src/guards/express.ts";
import { createNodeGuard } from "../src/guards/node.ts";
import { type FakeIssuer, startFakeIssuer } from "./support/fakeIssuer.ts";
import { type FakeWorld, fakeWorld } from "./support/fakeWorld.ts";
import { type Loopback, readBody, startLoopback } from "./support/loopback.ts";
import { accessToken, audience, tampered } from "./support/tokens.ts";

/** One route with its guard. */
type Guarded = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

let issuer: FakeIssuer;
let world: FakeWorld;
let verifier: Verifier;
let service: Loopback;
let passed: (string | undefined)[];
let authAfter: unknown[];
let faults: unknown[];

beforeEach(async () => {
  issuer = await startFakeIssuer();
  world = fakeWorld();
  passed = [];
  faults = [];
  authAfter = [];
  const credentials = { id: "svc", secret: "s3cret" };
  verifier = createVerifier({ issuer: issuer.url, audience, credentials, revocation: {}, world: world.parts });
  service = await startLoopback(() => {});
  await verifier.ready();
});

afterEach(async () => {
  await verifier.close();
  await Promise.all([issuer.close(), service.close()]);
});

function pass(request: IncomingMessage, response: ServerResponse): void {
  passed.push(request.auth?.claims.sub);
  response.end("welcome");
}

const routes: Readonly<Record<"node" | "express", (parts: GuardParts | undefined) => Guarded>> = {
  node: (parts) => {
    const guard = parts === undefined ? verifier.node() : createNodeGuard(parts, {});
    return async (request, response) => {
      if (await guard(request, response)) pass(request, response);
      authAfter.push(request.auth);
    };
  },
  express: (parts) => {
    const guard = parts === undefined ? verifier.express() : createExpressGuard(parts, {});
    return async (request, response) => {
      response.on("finish", () => authAfter.push(request.auth));
      guard(request, response, (...said) => {
        faults.push(...said);
        if (said.length === 0) pass(request, response);
        else response.writeHead(500).end("error handler");
      });
    };
  },
};

/** Serves one guarded route. Somebody before the guard has set `auth`, which must not help. */
function protect(kind: "node" | "express", parts?: GuardParts): void {
  const route = routes[kind](parts);
  service.answer = (request, response) => {
    Object.assign(request, { auth: { ok: true, claims: { sub: "forged" } } });
    void route(request, response);
  };
}

type Answer = { readonly status: number; readonly headers: IncomingMessage["headers"]; readonly text: string };

/** Headers as a list of names and values, so that one name may come twice. */
function call(headers: readonly string[], path = "/"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(service.url + path, { headers: ["Host", "localhost", ...headers], agent: false });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers };
      readBody(response).then((text) => resolve({ ...answer, text }), reject);
    });
    sent.end();
  });
}

const token = (change = {}): string => accessToken(world.wall, { iss: issuer.url, ...change });
const bearer = (text: string): readonly string[] => ["Authorization", `Bearer ${text}`];

type Refusal = readonly [rule: string, headers: () => readonly string[], code: keyof typeof problems];

const refusals: readonly Refusal[] = [
  ["no credential", () => [], "missing_token"],
  ["an empty header", () => ["Authorization", ""], "missing_token"],
  ["another scheme", () => ["Authorization", `Basic ${token()}`], "missing_token"],
  ["a token without a scheme", () => ["Authorization", token()], "missing_token"],
  ["a token in a cookie", () => ["Cookie", `access_token=${token()}`], "missing_token"],
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

for (const kind of ["node", "express"] as const) {
  for (const [rule, headers, code] of refusals) {
    test(`${kind}: ${rule} is answered with ${problems[code].status} ${code}`, async () => {
      protect(kind);
      const sent = headers();
      const answer = await call(sent);
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
      assert.deepEqual([passed, faults], [[], []]);
      assert.deepEqual(authAfter, [undefined], "request.auth is cleared");
    });
  }

  test(`${kind}: a query parameter is no credential`, async () => {
    protect(kind);
    assert.equal((await call([], `/?access_token=${token()}`)).status, 401);
  });

  for (const spelling of ["Bearer ", "bearer ", "BEARER   "]) {
    test(`${kind}: a good token passes as "${spelling}", and is in request.auth`, async () => {
      protect(kind);
      const answer = await call(["Authorization", spelling + token()]);
      assert.deepEqual([answer.status, answer.text, passed], [200, "welcome", ["u"]]);
    });
  }

  test(`${kind}: a stale view is a 503 with Retry-After and no challenge, so nobody signs in again for it`, async () => {
    protect(kind);
    world.pass(5000);
    const { status, headers, text } = await call(bearer(token()));
    assert.deepEqual([status, headers["retry-after"], headers["www-authenticate"]], [503, "1", undefined]);
    assert.equal(JSON.parse(text).code, "stale_view");
    assert.deepEqual(passed, []);
  });

  test(`${kind}: a route may allow a stale view where the verifier denies it`, async () => {
    const guard = { node: verifier.node({ whenStale: "allow" }), express: verifier.express({ whenStale: "allow" }) };
    service.answer = async (request, response) => {
      if (kind === "express") guard.express(request, response, () => pass(request, response));
      else if (await guard.node(request, response)) pass(request, response);
    };
    world.pass(5000);
    assert.equal((await call(bearer(token()))).status, 200);
    assert.equal(verifier.revocation.allowedWhileStale, 1);
  });

  test(`${kind}: missing keys are a 503`, async () => {
    issuer.override.jwks = (_, response) => response.writeHead(500).end();
    const keyless = createVerifier({ issuer: issuer.url, audience, revocation: unchecked, world: world.parts });
    service.answer = async (request, response) => {
      if (kind === "express") keyless.express()(request, response, () => pass(request, response));
      else if (await keyless.node()(request, response)) pass(request, response);
    };
    const { status, headers, text } = await call(bearer(token()));
    await keyless.close();
    assert.deepEqual([status, headers["retry-after"], passed], [503, "1", []]);
    assert.equal(JSON.parse(text).code, "temporarily_unavailable");
  });

  for (const thrown of [new Error("s3cret"), undefined, null, false, 0, "", "route", "router"]) {
    const rejects = () => Promise.reject(thrown);
    const throws = () => {
      throw thrown;
    };
    test(`${kind}: an exception inside (${thrown}) never lets a request pass`, async () => {
      for (const authenticate of [rejects, throws]) {
        protect(kind, { authenticate, realm: "r" });
        const { status, text } = await call(bearer(token()));
        assert.equal(status, 500);
        assert.doesNotMatch(text, /s3cret/);
      }
      assert.deepEqual([passed, authAfter], [[], [undefined, undefined]]);
      assert.equal(faults.length, kind === "express" ? 2 : 0);
      for (const fault of faults) assert.ok(fault instanceof Error, "Express passes on with anything less");
    });
  }

  test(`${kind}: an answer that has begun before the refusal is cut off`, async () => {
    const route = routes[kind](undefined);
    service.answer = (request, response) => {
      response.write("x");
      void route(request, response);
    };
    await assert.rejects(call(bearer("bad.bad.bad")), /aborted|hang up|ECONNRESET/);
    assert.deepEqual(passed, []);
  });
}
