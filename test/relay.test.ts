import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Verifier } from "@cardea/verifier";
import { readSnapshot } from "@cardea/verifier/wire";
import { ConfigurationError, createRelay } from "cardea";
import { basic } from "./support/client.ts";
import { closing } from "./support/closing.ts";
import { eventually } from "./support/eventually.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn } from "./support/people.ts";
import {
  type Credentials,
  newCredentials,
  proxyTo,
  type RunningRelay,
  refusalOf,
  refusesAsRevoked,
  startFollower,
  startRelay,
  through,
} from "./support/relay.ts";

describe("a relay, and a relay of a relay", () => {
  let issuer: Issuer;
  let credentials: Credentials;
  let relays: readonly [RunningRelay, RunningRelay];
  let verifiers: readonly Verifier[];

  before(async () => {
    issuer = closing(await startIssuer({ mode: "hybrid" }));
    credentials = await newCredentials(issuer);
    const near = closing(await startRelay({ issuer: issuer.url, credentials, name: "near" }));
    const far = closing(await startRelay({ issuer: near.url, credentials, name: "far" }));
    relays = [near, far];
    verifiers = await Promise.all(relays.map(({ url }) => startFollower(issuer.url, url, { credentials })));
    for (const verifier of verifiers) closing(verifier);
  });

  test("pass a revocation on, by the connection that verifiers have", async () => {
    const [ada, bob] = [await signIn(issuer), await signIn(issuer)];
    for (const verifier of verifiers) assert.equal(await refusalOf(verifier, ada), "none");
    const { headers } = await issuer.post("/sign-out", undefined, ada.access);
    for (const verifier of verifiers) {
      await refusesAsRevoked(verifier, ada);
      assert.equal(await refusalOf(verifier, bob), "none");
      const { epoch, position, reconnects } = verifier.revocation;
      assert.deepEqual([`${epoch}:${position}`, reconnects], [headers.get("revocation-position"), 0]);
    }
  });

  test("have the past for who comes later, by feed and by pages", async () => {
    const ada = await signIn(issuer);
    await issuer.post("/sign-out", undefined, ada.access);
    for (const { url } of relays) {
      const late = closing(await startFollower(issuer.url, url, { credentials }));
      assert.equal(await refusalOf(late, ada), "revoked");
    }
    const authorization = { headers: { authorization: basic(credentials) } };
    const [own, near, far] = await Promise.all(
      [issuer, ...relays].map(async ({ url }) => (await fetch(`${url}/revocation/entries`, authorization)).json()),
    );
    assert.deepEqual([near, far], [own, own]);
  });

  test("have the same fingerprints under the same key, and a snapshot of all of them", async () => {
    const ada = await signIn(issuer);
    await issuer.post("/sign-out", undefined, ada.access);
    const authorization = { headers: { authorization: basic(credentials) } };
    const [own, near, far] = await Promise.all(
      [issuer, ...relays].map(async ({ url }) => {
        const answer = await fetch(`${url}/revocation/snapshot`, authorization);
        const { parts, ...head } = readSnapshot(new Uint8Array(await answer.arrayBuffer()));
        return { ...head, fingerprints: [...parts()].flat().map(({ kind, lows, highs }) => ({ kind, lows, highs })) };
      }),
    );
    assert.ok((own?.entries ?? 0) > 0);
    assert.deepEqual([near, far], [own, own]);
  });

  test("publish the issuer's keys, to be kept no longer than it says", async () => {
    const own = await fetch(`${issuer.url}/.well-known/jwks.json`);
    const keys = await own.json();
    const maxAge = (headers: Headers): number => Number(/max-age=(\d+)/.exec(headers.get("cache-control") ?? "")?.[1]);
    for (const { url } of relays) {
      const passed = await fetch(`${url}/.well-known/jwks.json`);
      assert.deepEqual([passed.status, await passed.json()], [200, keys]);
      assert.ok(maxAge(passed.headers) <= maxAge(own.headers));
    }
  });

  test("ask for the key set again once a key was revoked", async () => {
    const keySetOf = async (url: string): Promise<string> => (await fetch(`${url}/.well-known/jwks.json`)).text();
    const before = await keySetOf(issuer.url);
    for (const { url } of relays) assert.equal(await keySetOf(url), before);
    const kid = (JSON.parse(before) as { keys: { kid: string }[] }).keys[0]?.kid ?? "";
    assert.equal(await issuer.auth.keys.revoke(kid), "revoked");
    for (const { url } of relays) {
      await eventually("the relay publishes the other key", async () => (await keySetOf(url)) !== before);
      assert.equal(await keySetOf(url), await keySetOf(issuer.url));
    }
  });

  test("are one verifier in the issuer's list, whoever is behind them", async () => {
    const followers = (await issuer.auth.revocations.verifiers()).filter(
      ({ serviceId }) => serviceId === credentials.id,
    );
    assert.deepEqual([followers.length, followers[0]?.name.startsWith("near.")], [1, true]);
  });

  test("OA-4.8.1: refuse credentials that the issuer does not know, and those that may not read the log", async () => {
    const strangers = [
      [{ id: credentials.id, secret: "wrong" }, 401],
      [{ id: "svc_x", secret: "cs_y" }, 401],
      [await newCredentials(issuer, ["revocation:write"]), 403],
    ] as const;
    for (const { url } of relays) {
      for (const path of ["feed", "head", "entries"]) {
        assert.equal((await fetch(`${url}/revocation/${path}`)).status, 401);
        for (const [{ id, secret }, status] of strangers) {
          const headers = { authorization: basic({ id, secret }) };
          const answer = await fetch(`${url}/revocation/${path}`, { headers });
          assert.equal(answer.status, status);
          assert.ok(!(await answer.text()).includes(secret));
        }
      }
    }
  });

  test("never have a name that an earlier relay had, who may have told verifiers what this one does not know", async () => {
    closing(await startRelay({ issuer: issuer.url, credentials, name: "near" }));
    const names = (await issuer.auth.revocations.verifiers()).map(({ name }) => name);
    assert.equal(names.filter((name) => name.startsWith("near.")).length, 2);
  });

  test("do not start with such credentials, and do not repeat them", async () => {
    const readerless = await newCredentials(issuer, ["revocation:write"]);
    for (const wrong of [{ id: credentials.id, secret: "cs_wrong" }, readerless]) {
      const refused = createRelay({ issuer: issuer.url, credentials: wrong });
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.match(error.message, /cardea services create NAME --scope revocation:read/);
        return !error.message.includes(wrong.secret);
      });
    }
    const misspelt = { issuer: issuer.url, credentials, nme: "x" };
    await assert.rejects(createRelay(misspelt), /no option "nme"\. Did you mean "name"\?/);
  });
});

describe("who waits at the issuer until a revocation holds everywhere", () => {
  test("waits for verifiers behind relays too", async () => {
    const issuer = closing(await startIssuer({ mode: "hybrid" }));
    const credentials = await newCredentials(issuer);
    const writer = await newCredentials(issuer, ["revocation:write"]);
    const near = closing(await startRelay({ issuer: issuer.url, credentials, name: "near" }));
    const far = closing(await startRelay({ issuer: near.url, credentials, name: "far" }));
    const proxy = closing(await proxyTo(far.url));
    const cutOff = closing(await startFollower(issuer.url, through(proxy), { credentials, maxStaleness: "60s" }));
    const other = closing(await startFollower(issuer.url, far.url, { credentials, maxStaleness: "60s" }));
    const ada = await signIn(issuer);

    proxy.cut();
    let isAnswered = false;
    const answer = fetch(`${issuer.url}/revocation`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: basic(writer) },
      body: JSON.stringify({ kind: "all", wait: "effective" }),
    }).then((response) => {
      isAnswered = true;
      return response.json() as Promise<Record<string, readonly { readonly verifier: string }[]>>;
    });
    await refusesAsRevoked(other, ada);
    const heardAt = async (): Promise<number> =>
      (await issuer.auth.revocations.verifiers()).find(({ name }) => name.startsWith("near."))?.heardAt ?? 0;
    for (let question = 0; question < 3; question++) {
      const earlier = await heardAt();
      await eventually("the relay speaks again", async () => (await heardAt()) > earlier);
    }
    assert.deepEqual([isAnswered, await refusalOf(cutOff, ada)], [false, "none"]);

    proxy.heal();
    const { confirmed, lapsed, pending } = await answer;
    assert.equal(await refusalOf(cutOff, ada), "revoked");
    assert.deepEqual([confirmed?.map(({ verifier }) => verifier.split(".")[0]), lapsed, pending], [["near"], [], []]);
  });

  test("is counted upstream before its first answer, with what it has and how long it trusts that", async () => {
    const issuer = closing(await startIssuer({ mode: "hybrid" }));
    const credentials = await newCredentials(issuer);
    const proxy = closing(await proxyTo(issuer.url));
    const relay = closing(await startRelay({ issuer: through(proxy), credentials, name: "near" }));
    const asked = (): readonly URLSearchParams[] =>
      proxy
        .requestsFor("/auth/revocation/head")
        .map((head) => new URL(head.split(" ")[1] ?? "", issuer.url).searchParams)
        .filter((query) => query.get("verifier")?.startsWith("near."));
    await eventually("the relay says that it has the log", () => asked().at(-1)?.has("applied") === true);

    const headers = { authorization: basic(credentials) };
    const answer = await fetch(`${relay.url}/revocation/head?verifier=new&stale=45000`, { headers });
    const last = asked().at(-1);
    assert.deepEqual([answer.status, last?.has("applied")], [200, false]);
    assert.ok(Number(last?.get("stale")) >= 45_000);
  });
});
