import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createVerifier, type Verifier } from "@cardea/verifier";
import { type Folder, newFolder, type Serving } from "./support/cli.ts";

describe("revoking from the command line, beside an issuer that runs and a verifier that follows it", () => {
  let own: Folder;
  let served: Serving;
  let verifier: Verifier;
  let serviceId = "";

  before(async () => {
    own = newFolder();
    served = await own.serve(["--mode", "hybrid"], { env: { CARDEA_TRUST_PROXY: "0" } });
    const created = await own.run(["services", "create", "orders", "--json"]);
    const { id, secret, scopes } = created.json();
    assert.deepEqual(scopes, ["introspect", "revocation:read"]);
    serviceId = String(id);
    verifier = createVerifier({
      issuer: served.issuer,
      audience: "app",
      revocation: {},
      credentials: { id: serviceId, secret: String(secret) },
    });
    await verifier.ready();
  });
  after(async () => {
    await verifier?.close();
    await served.stop();
    own.remove();
  });

  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(served.issuer + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
  };
  const signIn = async (email: string): Promise<string> => {
    const credentials = { email, password: "a phrase of several words" };
    await post("/sign-up", credentials);
    return String((await post("/sign-in", credentials)).access_token);
  };

  test("lists who follows, and how far each is", async () => {
    const { code, out } = await own.run(["verifiers", "list"]);
    assert.equal(code, 0);
    assert.match(out, /NAME +SERVICE +HAS APPLIED +HEARD +STALENESS/);
    assert.match(out, /orders +all +\d+\.\d s ago +at most 5 s/);
    const { verifiers, head } = (await own.run(["verifiers", "list", "--json"])).json();
    const facts = (verifiers as Record<string, unknown>[]).map((one) => [
      one.service_id,
      one.behind,
      one.max_staleness_ms,
    ]);
    assert.deepEqual(facts, [
      ["issuer", 0, 5000],
      [serviceId, 0, 5000],
    ]);
    assert.ok(head);
  });

  test("waits until it holds everywhere, and says who confirmed it and how soon", async () => {
    const token = await signIn("ada@example.com");
    assert.equal((await verifier.verify(token)).ok, true);
    const { code, out } = await own.run(["revoke", "user", "ada@example.com", "--yes", "--wait", "effective"]);
    assert.equal(code, 0);
    assert.match(out, /^Revoked\. The log is at \S+:\d+\.\nConfirmed by 2 of 2\.\n(?: {2}.+ in \d+ ms\n){2}$/);
    assert.match(out, /^ {2}\S+ \(svc_\S+\) in \d+ ms$/m);
    assert.match(out, /^ {2}the issuer \S+ in \d+ ms$/m);
    const verdict = await verifier.verify(token);
    assert.equal(verdict.ok ? "accepted" : verdict.refusal.code, "revoked");
  });

  test("takes one token back by the token itself, and everything at once", async () => {
    const [one, other] = [await signIn("bob@example.com"), await signIn("eve@example.com")];
    const { code, out } = await own.run([
      "revoke",
      "token",
      one,
      "--wait",
      "effective",
      "--json",
      "--reason",
      "leaked",
    ]);
    assert.equal(code, 0, out);
    const codes = async (): Promise<readonly string[]> =>
      Promise.all(
        [one, other].map(async (token) => {
          const verdict = await verifier.verify(token);
          return verdict.ok ? "accepted" : verdict.refusal.code;
        }),
      );
    assert.deepEqual(await codes(), ["revoked", "accepted"]);
    await own.run(["revoke", "all", "--yes", "--wait", "effective"]);
    assert.deepEqual(await codes(), ["revoked", "revoked"]);
    const trail = await own.run(["audit", "list", "--json"]);
    assert.match(trail.out, /"tokens_revoked"/);
    assert.match(trail.out, /"leaked"/);
    assert.equal(trail.out.includes(one), false);
  });
});
