import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Client, createClient, type State } from "@cardea/client";
import { eventually } from "./support/eventually.ts";
import { ada, type Issuer, liveSessions, startIssuer } from "./support/issuer.ts";

describe("a client", () => {
  let issuer: Issuer;
  let client: Client;
  let heard: State[];
  before(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => client.close());
  after(() => issuer.close());
  beforeEach(async () => {
    client = createClient({ baseUrl: issuer.url });
    heard = [];
    client.onChange((state) => heard.push(state));
    await client.signUp(ada);
  });
  const reasons = (): readonly unknown[] => heard.map(({ reason }) => reason);

  test("signs up with the same answer for an address that is taken", async () => {
    const first = await client.signUp({ ...ada, email: "bob@example.com" });
    assert.equal(first.data?.status, "accepted");
    assert.deepEqual(await client.signUp({ ...ada, email: "bob@example.com" }), first);
  });

  test("says by a code why nobody is signed in, and holds no password in it", async () => {
    const { data, error } = await client.signIn({ ...ada, password: "not the right phrase" });
    assert.equal(data, undefined);
    assert.deepEqual([error?.code, error?.status], ["invalid_credentials", 401]);
    assert.ok(!JSON.stringify(error).includes("not the right phrase"));
    assert.equal(client.state.status, "signed_out");
  });

  test("names the fields that an issuer does not take", async () => {
    const { error } = await client.signUp({ email: "no address", password: "x" });
    assert.equal(error?.code, "invalid_request");
    assert.ok(error.errors?.some(({ field }) => field === "email"));
  });

  test("signs in: a person comes out, and tokens stay inside", async () => {
    const { data } = await client.signIn(ada);
    assert.equal(data?.user.email, ada.email);
    assert.deepEqual(Object.keys(data), ["user"]);
    assert.doesNotMatch(JSON.stringify([client.state, client]), /eyJ|rt_/);
    assert.deepEqual([client.state.status, client.state.user?.email], ["signed_in", ada.email]);
    await eventually("the change is told", () => reasons().includes("signed_in"));
  });

  test("reads claims without any check, and the issuer's judgement by me()", async () => {
    const nobodys = client.unverifiedClaims;
    assert.equal(nobodys, undefined);
    const { data: signedIn } = await client.signIn(ada);
    assert.equal(client.unverifiedClaims?.sub, signedIn?.user.id);
    const { data: me } = await client.me();
    assert.deepEqual([me?.claims.sub, me?.user], [signedIn?.user.id, signedIn?.user]);
  });

  test("gives the access token to who asks for it by name", async () => {
    assert.equal(await client.accessToken(), undefined);
    await client.signIn(ada);
    const verdict = await issuer.auth.verify((await client.accessToken()) ?? "");
    assert.ok(verdict.ok);
  });

  test("signs out: the session ends, with the position of the log from which every service refuses", async () => {
    await client.signIn(ada);
    const token = (await client.accessToken()) ?? "";
    const { data } = await client.signOut();
    assert.match(data?.position ?? "", /^.+:\d+$/);
    assert.deepEqual([client.state.status, client.state.reason], ["signed_out", "signed_out"]);
    assert.equal((await issuer.auth.verify(token)).ok, false);
    assert.equal(await client.accessToken(), undefined);
  });

  test("signs out everywhere: all sessions of the person end, and nobody else's", async () => {
    const other = createClient({ baseUrl: issuer.url });
    await other.signIn(ada);
    await client.signIn(ada);
    await client.signOut({ everywhere: true });
    assert.equal(await liveSessions(issuer), 0);
    await eventually("the other tab hears it", () => other.state.reason === "signed_out_elsewhere");
    other.close();
  });

  test("signs out of a session that is over already", async () => {
    await client.signIn(ada);
    const elsewhere = createClient({ baseUrl: issuer.url });
    await elsewhere.signIn(ada);
    assert.ok((await elsewhere.sessions.revokeOthers()).data);
    const result = await client.signOut();
    assert.equal(result.error, undefined);
    assert.equal(client.state.status, "signed_out");
    elsewhere.close();
  });

  test("signing out when nobody is signed in asks nothing", async () => {
    const before = issuer.requests.length;
    assert.deepEqual(await client.signOut(), { data: {} });
    assert.equal(issuer.requests.length, before);
  });

  test("ends the session before when somebody signs in again", async () => {
    await client.signOut({ everywhere: true });
    const before = await liveSessions(issuer);
    await client.signIn(ada);
    await client.signIn(ada);
    await eventually("one session is left", async () => (await liveSessions(issuer)) === before + 1);
  });

  test("goes on with the session that a proof or another password brings", async () => {
    await client.signIn(ada);
    const before = client.unverifiedClaims?.sid;
    assert.equal((await client.reauthenticate({ password: "wrong, wrong, wrong" })).error?.code, "invalid_credentials");
    assert.equal((await client.reauthenticate({ password: ada.password })).error, undefined);
    assert.notEqual(client.unverifiedClaims?.sid, before);
    assert.equal((await client.refresh()).data?.status, "signed_in");
    const change = { current_password: ada.password, password: "quite another phrase of words" };
    assert.equal((await client.changePassword(change)).error, undefined);
    assert.equal((await client.refresh()).data?.status, "signed_in");
    await client.changePassword({ current_password: change.password, password: ada.password });
  });

  test("lists sessions, ends one, and all others", async () => {
    await client.signIn(ada);
    const others = [createClient({ baseUrl: issuer.url }), createClient({ baseUrl: issuer.url })];
    for (const other of others) await other.signIn(ada);
    const { data } = await client.sessions.list();
    assert.ok(data && data.sessions.length >= 3);
    assert.equal(data.sessions.filter(({ current }) => current).length, 1);
    const sid = others[0]?.unverifiedClaims?.sid ?? "";
    assert.match((await client.sessions.revoke(sid)).data?.position ?? "", /:\d+$/);
    assert.equal((await client.sessions.revoke(sid)).error?.code, "not_found");
    assert.ok((await client.sessions.revokeOthers()).data?.revoked);
    assert.equal((await client.sessions.list()).data?.sessions.length, 1);
    for (const other of others) other.close();
  });

  test("shows the issuer that this device is known", async () => {
    await client.signIn(ada);
    await client.signOut();
    await client.signIn(ada);
    const last = issuer.events.findLast(({ type }) => type === "signed_in");
    assert.equal(Reflect.get(last ?? {}, "newDevice"), false);
  });

  test("tells nothing to a listener that has left", async () => {
    const told: unknown[] = [];
    const end = client.onChange(({ reason }) => told.push(reason));
    await client.signIn(ada);
    await eventually("it is told", () => told.includes("signed_in"));
    end();
    await client.refresh();
    await eventually("the others are told", () => reasons().includes("refreshed"));
    assert.ok(!told.includes("refreshed"));
  });

  test("asks nothing before it is used", async () => {
    const before = issuer.requests.length;
    const idle = createClient({ baseUrl: issuer.url });
    assert.equal(idle.state.status, "loading");
    assert.equal((await idle.ready()).status, "signed_out");
    assert.equal(issuer.requests.length, before);
    idle.close();
  });
});
