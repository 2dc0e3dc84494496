import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { memory, realWorld, type StoreFactory, type World } from "cardea";
import { StoreBusyError } from "../src/refusal.ts";
import { noRequest } from "../src/requestContext.ts";
import { openBrowser } from "./support/browser.ts";
import { formPost, newPerson, newService, startIssuer } from "./support/issuer.ts";

/** A memory store whose log can be made unreadable; everything else goes on. */
function storeWithFailingLog(): { readonly store: StoreFactory; readonly log: { fails: boolean } } {
  const inner = memory();
  const log = { fails: false };
  const open: StoreFactory["open"] = async (world) => {
    const store = await inner.open(world);
    const read: typeof store.revocations.read = async (...asked) => {
      if (log.fails) throw new Error("the log cannot be read");
      return store.revocations.read(...asked);
    };
    return { ...store, revocations: { ...store.revocations, read } };
  };
  return { store: { ...inner, open }, log };
}

test("ASVS-16.5.3: an issuer that cannot read its log refuses to say that a token is good, and never that a sign-out is done", async () => {
  const { store, log } = storeWithFailingLog();
  const clock = { ms: 0 };
  const world: World = { ...realWorld, monotonic: () => realWorld.monotonic() + clock.ms };
  const issuer = await startIssuer({ store, world });
  const service = await newService(issuer.auth);
  const introspect = (token: string) => issuer.send("/introspect", formPost(`token=${token}`, service));
  try {
    const { access, bearer } = await newPerson(issuer);

    log.fails = true;
    assert.equal((await issuer.post("/sign-out", undefined, bearer)).status, 500);
    assert.notEqual((await issuer.post("/sign-out", undefined, bearer)).status, 204);
    clock.ms = 6000;
    for (const answer of [await issuer.get("/me", bearer), await introspect(access)]) {
      assert.deepEqual([answer.status, answer.body.code], [503, "stale_view"]);
      assert.equal(answer.headers.get("retry-after"), "1");
    }
    const isTold = () => issuer.events.some((event) => event.type === "fault" && event.where === "revocation log");
    for (let tries = 0; tries < 500 && !isTold(); tries++) await delay(10);
    assert.ok(isTold(), "the timer tells of it");

    log.fails = false;
    assert.equal((await issuer.get("/me", bearer)).status, 401);
    assert.deepEqual((await introspect(access)).body, { active: false });
  } finally {
    await issuer.close();
  }
});

test("new tokens are handed out although the log cannot be read, the fault is told, and what they replace is refused once it can", async () => {
  const { store, log } = storeWithFailingLog();
  const issuer = await startIssuer({ store });
  try {
    const { email, password, bearer } = await newPerson(issuer);
    const browser = openBrowser(issuer);
    const signIn = { email, password, transport: "cookie" };
    assert.equal((await browser.post("/sign-in", signIn)).status, 200);
    const faults = () => issuer.events.filter((event) => event.type === "fault").map(({ where }) => where);

    log.fails = true;
    const proved = await issuer.post("/reauthenticate", { password }, bearer);
    assert.equal(proved.status, 200, proved.text);
    const next = `Bearer ${proved.body.access_token}`;
    const change = { current_password: password, password: "another phrase of words", keep_other_sessions: true };
    const changed = await issuer.post("/password/change", change, next);
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await browser.post("/sign-in", { ...signIn, password: change.password })).status, 200);
    assert.deepEqual([...new Set(faults())], ["revocation log"]);

    log.fails = false;
    await issuer.auth.sessions.end("nobody", "nothing", { ...noRequest, actor: "cli" });
    const statuses = [bearer, next, `Bearer ${changed.body.access_token}`].map((each) => issuer.get("/me", each));
    assert.deepEqual(
      (await Promise.all(statuses)).map(({ status }) => status),
      [401, 401, 200],
    );
    // One that nobody holds is left by none of these: there are the one of the change and the browser's second one.
    assert.equal(
      (await issuer.get("/sessions", `Bearer ${changed.body.access_token}`)).text.split('"id"').length - 1,
      2,
    );
  } finally {
    await issuer.close();
  }
});

test("where nothing is handed out, what is revoked must be heard of: a stolen refresh token is refused with a fault until it is", async () => {
  const { store, log } = storeWithFailingLog();
  const issuer = await startIssuer({ store, session: { refreshGrace: "0s" } });
  try {
    const { refresh } = await newPerson(issuer);
    const redeem = () => issuer.post("/refresh", { refresh_token: refresh });
    assert.equal((await redeem()).status, 200);
    log.fails = true;
    assert.equal((await redeem()).status, 500);
    log.fails = false;
    assert.deepEqual((await redeem()).body.code, "invalid_grant");
  } finally {
    await issuer.close();
  }
});

test("who signs in anew is signed in although the session that this replaces cannot be ended, and the fault is told", async () => {
  const inner = memory();
  const mood = { refuses: false };
  const open: StoreFactory["open"] = async (world) => {
    const store = await inner.open(world);
    const change: typeof store.people.change = async (subject, decide) => {
      if (mood.refuses && "sessionId" in subject) throw new StoreBusyError("not now");
      return store.people.change(subject, decide);
    };
    return { ...store, people: { ...store.people, change } };
  };
  const issuer = await startIssuer({ store: { ...inner, open } });
  try {
    const { email, password } = await newPerson(issuer);
    const browser = openBrowser(issuer);
    const signIn = { email, password, transport: "cookie" };
    assert.equal((await browser.post("/sign-in", signIn)).status, 200);
    mood.refuses = true;
    assert.equal((await browser.post("/sign-in", signIn)).status, 200);
    const fault = issuer.events.find((event) => event.type === "fault");
    assert.equal(fault?.type === "fault" && fault.where, "replaced session");
    mood.refuses = false;
    assert.equal((await browser.post("/refresh")).status, 200);
  } finally {
    await issuer.close();
  }
});

test("a log that begins anew is read from its start, and nothing is forgotten", async () => {
  const inner = memory();
  const second = memory();
  let current = inner;
  const open: StoreFactory["open"] = async (world) => {
    const stores = { first: await inner.open(world), second: await second.open(world) };
    const log = () => (current === inner ? stores.first : stores.second).revocations;
    return {
      ...stores.first,
      revocations: {
        append: (all) => log().append(all),
        read: (...asked) => log().read(...asked),
        watch: () => () => undefined,
        renew: (seen) => log().renew(seen),
      },
    };
  };
  const issuer = await startIssuer({ store: { ...inner, open } });
  try {
    const [old, another] = [await newPerson(issuer), await newPerson(issuer)];
    assert.equal((await issuer.post("/sign-out", undefined, old.bearer)).status, 204);
    current = second;
    const claims = JSON.parse(Buffer.from(another.access.split(".")[1] ?? "", "base64url").toString());
    const expiresAt = realWorld.now() + 60_000;
    await (await second.open(realWorld)).revocations.append([{ kind: "token", key: claims.jti, expiresAt }]);
    const answers = [
      await issuer.auth.sessions.end("nobody", "nothing", { ...noRequest, actor: "cli" }),
      (await issuer.get("/me", another.bearer)).status,
    ];
    assert.deepEqual(answers, [false, 401]);
    assert.equal((await issuer.get("/me", old.bearer)).status, 401);
  } finally {
    await issuer.close();
  }
});
