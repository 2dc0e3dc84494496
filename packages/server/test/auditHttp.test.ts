import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type AuthOptions, type EventContext, memory, realWorld, type SecurityEvent, type StoreFactory } from "cardea";
import { fromPage } from "./support/browser.ts";
import { type Issuer, jsonPost, newPerson, startIssuer } from "./support/issuer.ts";

type Told = { readonly event: SecurityEvent; readonly context: EventContext };

type Watched = Issuer & {
  readonly told: readonly Told[];
  /** What was told since the last call, by type. */
  readonly news: () => readonly string[];
  /** Closes the issuer, so that all is written, and gives the trail, oldest first. */
  readonly trail: () => ReturnType<Issuer["store"]["audit"]["list"]>;
};

/** An issuer on this machine that knows its callers' address, with all that its hook is told. */
async function watched(options: Partial<AuthOptions> = {}): Promise<Watched> {
  const told: Told[] = [];
  let seen = 0;
  const issuer = await startIssuer({
    trustProxy: 0,
    onEvent: (event, context) => void told.push({ event, context }),
    ...options,
  });
  return {
    ...issuer,
    told,
    news: () => {
      const types = told.slice(seen).map(({ event }) => event.type);
      seen = told.length;
      return types;
    },
    trail: async () => {
      await issuer.close();
      return (await issuer.store.audit.list({ limit: 1000 })).toReversed();
    },
  };
}

const factsOf = ({ told }: Watched, type: SecurityEvent["type"]): readonly object[] =>
  told.flatMap(({ event: { type: found, ...facts } }) => (found === type ? [facts] : []));

describe("over HTTP", () => {
  test("ASVS-16.3.1: each outcome of proving who one is is told with its method, and who and where it was", async () => {
    const issuer = await watched({ development: true });
    const { email, password, bearer } = await newPerson(issuer);
    await issuer.post("/sign-in", { email, password: "not the phrase of several words" });
    await issuer.post("/sign-in", { email: "nobody@example.com", password });
    await issuer.post("/reauthenticate", { password: "not the phrase of several words" }, bearer);
    const { body } = await issuer.post("/reauthenticate", { password }, bearer);
    await issuer.post("/sign-out", undefined, `Bearer ${body.access_token}`);
    assert.deepEqual(
      issuer.news().filter((type) => !type.startsWith("key_")),
      [
        "signed_up",
        "signed_in",
        "sign_in_refused",
        "sign_in_refused",
        "reauthentication_refused",
        "session_ended",
        "reauthenticated",
        "session_ended",
      ],
    );
    const accountId = String(Object(body.user).id);
    const [signedIn] = issuer.told.filter(({ event }) => event.type === "signed_in");
    assert.deepEqual([signedIn?.context.actor, signedIn?.context.address], [accountId, "127.0.0.1"]);
    assert.match(signedIn?.context.requestId ?? "", /^[\w-]{8,64}$/);
    assert.deepEqual(Reflect.get(signedIn?.event ?? {}, "amr"), ["pwd"]);
    assert.deepEqual(factsOf(issuer, "sign_in_refused"), [
      { reason: "wrong_password", accountId },
      { reason: "unknown_account" },
    ]);
    assert.deepEqual(
      factsOf(issuer, "session_ended").map((facts) => Reflect.get(facts, "reason")),
      ["replaced", "signed_out"],
    );
    const trail = await issuer.trail();
    assert.deepEqual(
      new Set(trail.map(({ id }) => id)),
      new Set(issuer.told.map(({ context }) => context.id)),
      "what is told is what is written",
    );
  });

  test("ASVS-16.3.2: access that is refused is told, with the session that asked", async () => {
    const clock = { ms: 0 };
    const world = { ...realWorld, now: () => realWorld.now() + clock.ms };
    const issuer = await watched({ development: true, world, session: { fresh: "1m" } });
    const { bearer } = await newPerson(issuer);
    clock.ms = 90_000;
    issuer.news();
    assert.equal((await issuer.post("/email/change", { email: "new@example.com" }, bearer)).status, 401);
    assert.deepEqual(issuer.news(), ["access_refused"]);
    const [refused] = factsOf(issuer, "access_refused");
    assert.deepEqual(Object.keys(refused ?? {}).toSorted(), ["accountId", "reason", "sessionId"]);
    assert.equal((await issuer.get("/revocation/head", `Basic ${btoa("svc_nobody:cs_wrong")}`)).status, 401);
    assert.deepEqual(factsOf(issuer, "service_refused"), [{}]);
    await issuer.close();
  });

  test("ASVS-16.3.3: attempts to get round a control are told", async () => {
    const issuer = await watched({ throttle: { address: { failures: 2 } } });
    const { access, refresh, email, password } = await newPerson(issuer);
    issuer.news();
    await issuer.get("/me", `Bearer ${access.slice(0, -4)}AAAA`);
    assert.deepEqual(factsOf(issuer, "token_refused"), [{ reason: "bad_signature" }]);

    const cookie = jsonPost({ email, password, transport: "cookie" });
    const evil = fromPage("https://evil.example", "cross-site");
    assert.equal(
      (await issuer.send("/sign-in", { ...cookie, headers: { ...Object(cookie.headers), ...evil } })).status,
      403,
    );

    const { body: second } = await issuer.post("/refresh", { refresh_token: refresh });
    await issuer.post("/refresh", { refresh_token: second.refresh_token });
    await issuer.post("/refresh", { refresh_token: refresh });
    for (let at = 0; at < 3; at++) await issuer.post("/sign-in", { email: `nobody${at}@example.com`, password });
    assert.deepEqual(
      [...new Set(issuer.news())],
      [
        "token_refused",
        "csrf_refused",
        "refresh_reused",
        "session_ended",
        "refresh_refused",
        "sign_in_refused",
        "rate_limited",
      ],
    );
    assert.deepEqual(
      factsOf(issuer, "session_ended").map((facts) => Reflect.get(facts, "reason")),
      ["reused"],
    );
    await issuer.close();
  });

  test("ASVS-16.3.4: what breaks inside is told whole to the hook, by name to the trail, and not at all to the caller", async () => {
    const inner = memory();
    const open: StoreFactory["open"] = async (world) => {
      const store = await inner.open(world);
      const findByEmail = async () => {
        throw Object.assign(new Error("pw-canary: no such table"), { code: "42P01" });
      };
      return { ...store, people: { ...store.people, findByEmail } };
    };
    const issuer = await watched({ store: { ...inner, open } });
    const answer = await issuer.post("/sign-in", { email: "ada@example.com", password: "a phrase of several words" });
    assert.deepEqual([answer.status, answer.body.code], [500, "internal_error"]);
    assert.doesNotMatch(answer.text, /pw-canary|42P01/);
    const [fault] = issuer.told.filter(({ event }) => event.type === "fault");
    assert.match(String(Reflect.get(fault?.event ?? {}, "error")), /pw-canary/);
    const written = (await issuer.trail()).find(({ type }) => type === "fault");
    assert.deepEqual([written?.outcome, written?.details.error], ["failed", "42P01 Error"]);
    assert.equal(written?.id, fault?.context.id);
    assert.equal(written?.details.requestId, fault?.context.requestId);
  });

  test("CS-SM3: a session's whole life is told, by an id that opens nothing", async () => {
    const issuer = await watched({ mode: "stateful" });
    const { bearer } = await newPerson(issuer);
    const [signedIn] = factsOf(issuer, "signed_in");
    const sessionId = String(Reflect.get(signedIn ?? {}, "sessionId"));
    for (const guess of [sessionId, `at_${sessionId}`, `at_${sessionId}.${sessionId}`]) {
      assert.equal((await issuer.get("/me", `Bearer ${guess}`)).status, 401);
      assert.equal((await issuer.post("/refresh", { refresh_token: guess.replace(/^at/, "rt") })).status, 401);
    }
    await issuer.post("/sign-out", undefined, bearer);
    assert.deepEqual(factsOf(issuer, "session_ended"), [
      { accountId: Reflect.get(signedIn ?? {}, "accountId"), sessionId, reason: "signed_out" },
    ]);
    await issuer.close();
  });

  test("a hook that throws, or never answers, changes no answer and loses no line", async () => {
    for (const onEvent of [
      () => {
        throw new Error("the log is broken");
      },
      () => new Promise<void>(() => undefined),
    ]) {
      const issuer = await watched({ onEvent });
      const { bearer } = await newPerson(issuer);
      assert.equal((await issuer.get("/me", bearer)).status, 200);
      const types = (await issuer.trail()).map(({ type }) => type);
      assert.ok(types.includes("signed_up") && types.includes("signed_in"));
    }
  });
});
