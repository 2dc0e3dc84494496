import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parsePosition } from "@cardea/verifier/wire";
import {
  basic,
  formPost,
  type Issuer,
  type Json,
  newPerson,
  newService,
  type Person,
  startIssuer,
} from "./support/issuer.ts";

/** Header (0) or payload (1) of a token. */
const partOf = (token: string, at: 0 | 1): Json =>
  JSON.parse(Buffer.from(token.split(".")[at] ?? "", "base64url").toString());

describe("revoking by name", () => {
  let issuer: Issuer;
  let reader: string;
  let writer: string;
  before(async () => {
    issuer = await startIssuer({ mode: "hybrid" });
    reader = await newService(issuer.auth);
    writer = await newService(issuer.auth, ["revocation:write"]);
  });
  after(() => issuer.close());

  const revoke = (body: object, authorization: string = writer) => issuer.post("/revocation", body, authorization);
  const idsOf = ({ access }: Person) => {
    const { sub: subject, sid: session, jti, iat } = partOf(access, 1);
    return { subject: String(subject), session: String(session), jti: String(jti), iat: Number(iat) };
  };
  const accepts = async (bearer: string): Promise<boolean> => (await issuer.get("/me", bearer)).status === 200;
  const refreshes = async (token: string): Promise<boolean> =>
    (await issuer.post("/refresh", { refresh_token: token })).status === 200;

  test("needs a service that may write: one that reads is told what it lacks, a person and a stranger are nobody", async () => {
    const person = await newPerson(issuer);
    const { subject } = idsOf(person);
    const what = { kind: "subject", key: subject };
    const refused = await revoke(what, reader);
    assert.deepEqual([refused.status, refused.body.code], [403, "insufficient_scope"]);
    assert.match(String(refused.body.detail), /--scope revocation:write/);
    for (const who of [person.bearer, basic("svc_x", "cs_y"), undefined]) {
      const { status, body } = await issuer.post("/revocation", what, who);
      assert.deepEqual([status, body.code], [401, "invalid_client"]);
    }
    assert.equal(await accepts(person.bearer), true);
    for (const path of ["/revocation/head", "/revocation/entries", "/revocation/snapshot", "/revocation/feed"]) {
      assert.equal((await issuer.get(path, writer)).status, 403, path);
    }
    const introspected = await issuer.send("/introspect", formPost(`token=${person.access}`, writer));
    assert.equal(introspected.status, 403);
  });

  test("a session and all its tokens end, and the answer says from which position on", async () => {
    const [person, other] = [await newPerson(issuer), await newPerson(issuer)];
    const { session } = idsOf(person);
    const { status, body, headers } = await revoke({ kind: "session", key: session, reason: "stolen_device" });
    assert.equal(status, 200);
    assert.equal(headers.get("revocation-position"), body.position);
    assert.ok(parsePosition(String(body.position)));
    assert.deepEqual(Object.keys(body), ["position"]);
    assert.deepEqual([await accepts(person.bearer), await refreshes(person.refresh)], [false, false]);
    assert.equal(await accepts(other.bearer), true);
    const told = issuer.events.findLast(({ type }) => type === "tokens_revoked");
    assert.deepEqual(told, { type: "tokens_revoked", kind: "session", key: session, reason: "stolen_device" });
  });

  test("a subject loses every session", async () => {
    const person = await newPerson(issuer);
    const { body } = await issuer.post("/sign-in", { email: person.email, password: person.password });
    const { subject } = idsOf(person);
    await revoke({ kind: "subject", key: subject });
    assert.deepEqual([await accepts(person.bearer), await refreshes(person.refresh)], [false, false]);
    assert.deepEqual(
      [await accepts(`Bearer ${body.access_token}`), await refreshes(String(body.refresh_token))],
      [false, false],
    );
  });

  test("one token ends alone, and its session goes on", async () => {
    const person = await newPerson(issuer);
    await revoke({ kind: "token", key: idsOf(person).jti });
    assert.equal(await accepts(person.bearer), false);
    const { status, body } = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.equal(status, 200);
    assert.equal(await accepts(`Bearer ${body.access_token}`), true);
  });

  test("all tokens end; sessions go on with new ones", async () => {
    const [person, other] = [await newPerson(issuer), await newPerson(issuer)];
    await revoke({ kind: "all" });
    assert.deepEqual([await accepts(person.bearer), await accepts(other.bearer)], [false, false]);
    const { body } = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.equal(await accepts(`Bearer ${body.access_token}`), true);
  });

  test("issued before an instant: what is older ends, and what was issued after it goes on", async () => {
    const person = await newPerson(issuer);
    const { subject, iat } = idsOf(person);
    await revoke({ kind: "subject", key: subject, issued_before: iat - 1 });
    assert.equal(await accepts(person.bearer), true);
    await revoke({ kind: "subject", key: subject, issued_before: iat });
    assert.equal(await accepts(person.bearer), false);
  });

  test("a signing key ends with all its tokens, and another signs", async () => {
    const person = await newPerson(issuer);
    await revoke({ kind: "key", key: partOf(person.access, 0).kid });
    assert.equal(await accepts(person.bearer), false);
    const { body } = await issuer.post("/refresh", { refresh_token: person.refresh });
    assert.equal(await accepts(`Bearer ${body.access_token}`), true);
  });

  test("what nobody here knows is written into the log all the same: its tokens may be out", async () => {
    const head = async () => Number((await issuer.get("/revocation/head", reader)).body.head);
    const before = await head();
    for (const kind of ["session", "subject", "client", "tenant", "key", "token"]) {
      assert.equal((await revoke({ kind, key: "of-another-issuer" })).status, 200, kind);
    }
    assert.equal(await head(), before + 6);
  });

  test("what makes no sense is refused, with the field that does not fit", async () => {
    const fieldsOf = async (body: object) => {
      const { status, body: problem } = await revoke(body);
      return [status, (problem.errors as { field: string }[])?.map(({ field }) => field)];
    };
    assert.deepEqual(await fieldsOf({ kind: "subject" }), [400, ["key"]]);
    assert.deepEqual(await fieldsOf({ kind: "all", key: "x" }), [400, ["key"]]);
    assert.deepEqual(await fieldsOf({ kind: "key", key: "x", issued_before: 1 }), [400, ["issued_before"]]);
    assert.deepEqual(await fieldsOf({ kind: "everything", key: "x" }), [400, ["kind"]]);
    assert.deepEqual(await fieldsOf({ kind: "token", key: "x", reason: "he is bad" }), [400, ["reason"]]);
    assert.deepEqual(await fieldsOf({ kind: "token", key: "x", wait: "forever" }), [400, ["wait"]]);
  });
});

for (const mode of ["stateful", "stateless"] as const) {
  describe(`revoking by name, ${mode}`, () => {
    let issuer: Issuer;
    let writer: string;
    let reader: string;
    before(async () => {
      issuer = await startIssuer({ mode });
      writer = await newService(issuer.auth, ["revocation:write"]);
      reader = await newService(issuer.auth);
    });
    after(() => issuer.close());

    const isActive = async ({ access }: Person): Promise<unknown> =>
      (await issuer.send("/introspect", formPost(`token=${access}`, reader))).body.active;
    const claimsOf = async ({ access }: Person): Promise<Json> =>
      (await issuer.send("/introspect", formPost(`token=${access}`, reader))).body;

    const kinds: readonly [string, (claims: Json) => object][] = [
      ["a token", ({ jti }) => ({ kind: "token", key: jti })],
      ["a session", ({ sid }) => ({ kind: "session", key: sid })],
      ["a session until now", ({ sid, iat }) => ({ kind: "session", key: sid, issued_before: iat })],
      ["a subject", ({ sub }) => ({ kind: "subject", key: sub })],
      ["a subject until now", ({ sub, iat }) => ({ kind: "subject", key: sub, issued_before: iat })],
      ["a client", ({ client_id }) => ({ kind: "client", key: client_id })],
      ["all", () => ({ kind: "all" })],
      ["all until now", ({ iat }) => ({ kind: "all", issued_before: iat })],
    ];
    for (const [what, revocationOf] of kinds) {
      test(`${what}: whoever asks the issuer is told that the token is over, and what is made later is good`, async () => {
        const person = await newPerson(issuer);
        assert.equal(await isActive(person), true);
        const revoked = await issuer.post("/revocation", revocationOf(await claimsOf(person)), writer);
        assert.equal(revoked.status, 200, revoked.text);
        assert.equal(await isActive(person), false);
        // Where tokens vouch for an instant and not for a position, those of the same second end too.
        await delay(1100);
        assert.equal(await isActive(await newPerson(issuer)), true);
      });
    }

    test("requests to the issuer itself", async () => {
      const person = await newPerson(issuer);
      await issuer.post("/revocation", { kind: "all" }, writer);
      // In stateless mode nothing is looked up.
      assert.equal((await issuer.get("/me", person.bearer)).status, mode === "stateless" ? 200 : 401);
    });
  });
}

describe("who waits until it holds everywhere", () => {
  test("is told which verifiers confirmed it, and which did not answer", async () => {
    const issuer = await startIssuer({ mode: "hybrid" });
    const reader = await newService(issuer.auth);
    const writer = await newService(issuer.auth, ["revocation:write"]);
    const ask = (name: string, query: string) => issuer.get(`/revocation/head?verifier=${name}${query}`, reader);
    const { body: head } = await ask("quick", "&stale=60000");
    await ask("dead", "&stale=300");
    const revoked = issuer.post("/revocation", { kind: "tenant", key: "acme", wait: "effective" }, writer);
    const keepUp = async (): Promise<void> => {
      for (;;) {
        const now = await issuer.get("/revocation/head", reader);
        if (Number(now.body.head) > Number(head.head)) {
          await ask("quick", `&stale=60000&applied=${now.body.epoch}:${now.body.head}`);
          return;
        }
      }
    };
    await keepUp();
    const { body } = await revoked;
    const { confirmed, lapsed, pending } = body as Record<string, { verifier: string; ms?: number }[]>;
    assert.deepEqual(
      confirmed?.map(({ verifier }) => verifier),
      ["quick"],
    );
    assert.ok(Number.isInteger(confirmed?.[0]?.ms));
    assert.deepEqual(
      lapsed?.map(({ verifier }) => verifier),
      ["dead"],
    );
    assert.deepEqual(pending, []);
    await issuer.close();
  });
});

describe("the log by pages", () => {
  let issuer: Issuer;
  let reader: string;
  before(async () => {
    issuer = await startIssuer();
    reader = await newService(issuer.auth);
  });
  after(() => issuer.close());

  test("has all entries after a position, with the head of the same moment", async () => {
    await issuer.store.revocations.append(
      Array.from({ length: 1500 }, (_, index) => ({
        kind: "session" as const,
        key: `session-${index}`,
        expiresAt: Date.now() + 600_000,
      })),
    );
    const { body: first } = await issuer.get("/revocation/entries", reader);
    assert.deepEqual([first.from, first.to, first.head, (first.entries as object[]).length], [0, 1000, 1500, 1000]);
    const { body: rest } = await issuer.get(`/revocation/entries?after=${first.epoch}:1000`, reader);
    assert.deepEqual([rest.from, rest.to, rest.head, (rest.entries as object[]).length], [1000, 1500, 1500, 500]);
    const { body: none } = await issuer.get(`/revocation/entries?after=${first.epoch}:1500`, reader);
    assert.deepEqual([none.from, none.to, none.entries], [1500, 1500, []]);
    const { body: again } = await issuer.get("/revocation/entries?after=another:1200", reader);
    assert.deepEqual([again.from, again.to], [0, 1000]);
  });

  test("refuses what is no position and no name", async () => {
    for (const path of [
      "/revocation/entries?after=7",
      "/revocation/entries?after=epoch:-1",
      "/revocation/head?verifier=a%20b",
      `/revocation/head?verifier=${"a".repeat(129)}`,
      "/revocation/head?verifier=a&applied=7",
      "/revocation/head?verifier=a&stale=soon",
    ]) {
      assert.equal((await issuer.get(path, reader)).status, 400, path);
    }
  });
});
