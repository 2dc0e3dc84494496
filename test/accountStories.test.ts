import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ModeName, realWorld } from "cardea";
import type { Answer } from "./support/client.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { newPerson, type Person, signIn, type Tokens, tokensOf } from "./support/people.ts";
import { onEachSetup, type Places } from "./support/storeSetups.ts";

const modes = ["stateless", "stateful", "hybrid"] as const;

onEachSetup("accounts", (_, places) => {
  for (const mode of modes) describe(mode, () => tell(mode, places));
});

function tell(mode: ModeName, places: () => Promise<Places>): void {
  const clock = { passed: 0 };
  const world = { ...realWorld, now: () => realWorld.now() + clock.passed };
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer({ mode, development: true, world, ...(await places()) });
  });
  after(() => issuer.close());

  /** The token in the link of the latest mail of a kind to an address. */
  async function linkTo(email: string, kind: string): Promise<string> {
    await issuer.auth.settled();
    const mail = issuer.auth.inbox?.list().find((each) => each.to === email && each.kind === kind);
    assert.ok(mail?.link, `a mail ${kind} to ${email}`);
    return new URL(mail.link).search.slice("?token=".length);
  }
  const signedIn = async ({ email, password }: Person): Promise<Tokens & Person> => ({
    email,
    password,
    ...(await signIn(issuer, { email, password })),
  });
  const canSignIn = async ({ email, password }: Person): Promise<boolean> =>
    (await issuer.post("/sign-in", { email, password })).status === 200;
  const isLive = async ({ access }: Tokens): Promise<boolean> => (await issuer.get("/sessions", access)).status === 200;
  const refuses = ({ status, body }: Answer, code: string): void => assert.deepEqual([status, body.code], [400, code]);

  test("R-05, ASVS-2.3.1, ASVS-6.6.2: a person proves their address once, with a link for nothing else, which a look does not spend", async () => {
    const ada = await signedIn(newPerson());
    const token = await linkTo(ada.email, "verify_email");
    const user = async (): Promise<unknown> =>
      Object(Object((await issuer.get("/me", ada.access)).body).user).email_verified;
    const { password } = ada;
    assert.equal(await user(), false);
    const stranger = await issuer.post("/email/verify", { token, password: "not the phrase at all" });
    assert.deepEqual([stranger.status, stranger.body.code, await user()], [401, "invalid_credentials", false]);
    refuses(await issuer.post("/password/reset", { token, password: "some other phrase of words" }), "invalid_link");
    refuses(await issuer.post("/email/confirm", { token }), "invalid_link");
    assert.equal((await issuer.get(`/email/verify?token=${token}`)).status, 405);
    assert.equal((await issuer.post("/email/verify", { token, password })).status, 204);
    assert.equal(await user(), true);
    refuses(await issuer.post("/email/verify", { token, password }), "invalid_link");
  });

  test("CS-FP3, S-13, L-30, ASVS-6.4.3, OA-4: a forgotten password is reset once; sessions and links end, and nobody is signed in by it", async () => {
    const ada = await signedIn(newPerson());
    const known = await issuer.post("/password/forgot", { email: ada.email });
    const unknown = await issuer.post("/password/forgot", { email: "nobody@example.com" });
    assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
    const first = await linkTo(ada.email, "reset_password");
    await issuer.post("/password/forgot", { email: ada.email.toUpperCase() });
    const token = await linkTo(ada.email, "reset_password");
    assert.notEqual(token, first);
    const password = "a new phrase of several words";
    refuses(await issuer.post("/password/reset", { token: first, password }), "invalid_link");
    refuses(await issuer.post("/password/reset", { token, password: "short" }), "invalid_request");
    const reset = await issuer.post("/password/reset", { token, password });
    assert.deepEqual([reset.status, reset.text, reset.headers.getSetCookie()], [204, "", []]);
    refuses(await issuer.post("/password/reset", { token, password: "a third phrase of words" }), "invalid_link");
    assert.deepEqual(
      [await canSignIn(ada), await canSignIn({ ...ada, password }), await isLive(ada)],
      [false, true, false],
    );
    assert.equal((await issuer.post("/refresh", { refresh_token: ada.refresh })).status, 401);
    await issuer.auth.settled();
    assert.equal(issuer.auth.inbox?.last(ada.email)?.kind, "password_changed");
  });

  test("ASVS-6.2.2, ASVS-6.2.3, ASVS-7.4.3, CB-3, L-30: a password is changed by who knows it; the session gets another id and the others end", async () => {
    const person = newPerson();
    const [here, there] = [await signedIn(person), await signedIn(person)];
    const password = "a new phrase of several words";
    await issuer.post("/password/forgot", { email: person.email });
    const outstanding = await linkTo(person.email, "reset_password");
    const wrong = await issuer.post("/password/change", { current_password: "not the phrase", password }, here.access);
    assert.deepEqual([wrong.status, wrong.body.code, await canSignIn(person)], [401, "invalid_credentials", true]);
    const missing = await issuer.post("/password/change", { password }, here.access);
    assert.equal(missing.status, 400);
    const changed = await issuer.post("/password/change", { current_password: person.password, password }, here.access);
    assert.equal(changed.status, 200);
    const renewed = tokensOf(changed.body);
    assert.deepEqual([await isLive(renewed), await isLive(here), await isLive(there)], [true, false, false]);
    for (const { refresh } of [here, there]) {
      assert.equal((await issuer.post("/refresh", { refresh_token: refresh })).status, 401);
    }
    assert.equal((await issuer.post("/refresh", { refresh_token: renewed.refresh })).status, 200);
    refuses(
      await issuer.post("/password/reset", { token: outstanding, password: "one more phrase of words" }),
      "invalid_link",
    );
    assert.deepEqual([await canSignIn(person), await canSignIn({ ...person, password })], [false, true]);
  });

  test("ASVS-7.4.3: other sessions are kept when their owner says so", async () => {
    const person = newPerson();
    const [here, there] = [await signedIn(person), await signedIn(person)];
    const body = { current_password: person.password, password: "a new phrase of words", keep_other_sessions: true };
    assert.equal((await issuer.post("/password/change", body, here.access)).status, 200);
    assert.equal(await isLive(there), true);
  });

  test("ASVS-7.5.1, ASVS-7.2.4: an address changes for who has just shown who they are, and only once the new one confirms", async () => {
    const ada = await signedIn(newPerson());
    const email = newPerson().email;
    clock.passed += 11 * 60_000;
    const fresh = tokensOf((await issuer.post("/refresh", { refresh_token: ada.refresh })).body);
    const stale = await issuer.post("/email/change", { email }, fresh.access);
    assert.deepEqual([stale.status, stale.body.code], [401, "reauthentication_required"]);
    assert.match(
      stale.headers.get("www-authenticate") ?? "",
      /error="insufficient_user_authentication".*max_age="600"/,
    );
    const wrong = await issuer.post("/reauthenticate", { password: "not the phrase" }, fresh.access);
    assert.equal(wrong.status, 401);
    const again = await issuer.post("/reauthenticate", { password: ada.password }, fresh.access);
    assert.equal(again.status, 200);
    const renewed = tokensOf(again.body);
    assert.deepEqual([await isLive(fresh), await isLive(renewed)], [false, true]);
    assert.equal((await issuer.post("/refresh", { refresh_token: fresh.refresh })).status, 401);

    assert.equal((await issuer.post("/email/change", { email }, renewed.access)).status, 202);
    const token = await linkTo(email, "change_email_confirm");
    assert.equal(issuer.auth.inbox?.last(ada.email)?.kind, "email_change_requested");
    assert.deepEqual([await canSignIn(ada), await canSignIn({ ...ada, email })], [true, false]);
    assert.equal((await issuer.post("/email/confirm", { token })).status, 204);
    assert.deepEqual([await canSignIn(ada), await canSignIn({ ...ada, email })], [false, true]);
    await issuer.auth.settled();
    assert.equal(issuer.auth.inbox?.last(ada.email)?.kind, "email_changed");
  });

  test("R-13: an address that was taken meanwhile is not given twice, and an older request is void", async () => {
    const [ada, bob] = [await signedIn(newPerson()), newPerson()];
    const wanted = newPerson().email;
    await issuer.post("/email/change", { email: wanted }, ada.access);
    const older = await linkTo(wanted, "change_email_confirm");
    await issuer.post("/email/change", { email: bob.email }, ada.access);
    const token = await linkTo(bob.email, "change_email_confirm");
    refuses(await issuer.post("/email/confirm", { token: older }), "invalid_link");
    await signIn(issuer, bob);
    refuses(await issuer.post("/email/confirm", { token }), "invalid_link");
    assert.deepEqual([await canSignIn(ada), await canSignIn(bob)], [true, true]);
  });

  test("ASVS-7.4.2, ASVS-10.3.3: a disabled account is like none; a deleted one is gone, and its address starts anew", async () => {
    const by = { actor: "cli", address: undefined, userAgent: undefined, requestId: undefined };
    const ada = await signedIn(newPerson());
    await issuer.auth.accounts.disable(ada.userId, by);
    assert.deepEqual([await canSignIn(ada), await isLive(ada)], [false, false]);
    assert.equal((await issuer.auth.verify(ada.access)).ok, mode === "stateless");
    await issuer.auth.accounts.enable(ada.userId, by);
    assert.deepEqual([await canSignIn(ada), await isLive(ada)], [true, false]);

    const again = await signedIn(ada);
    const exported = await issuer.get("/me/export", again.access);
    assert.equal(exported.status, 200);
    assert.ok(exported.text.includes(ada.email) && !/hash|argon2/.test(exported.text));
    assert.equal((await issuer.delete("/me", again.access)).status, 204);
    assert.deepEqual([await canSignIn(ada), await isLive(again)], [false, false]);
    assert.equal((await issuer.post("/refresh", { refresh_token: again.refresh })).status, 401);
    const { userId } = await signedIn(ada);
    assert.notEqual(userId, ada.userId);
    assert.equal((await issuer.auth.verify(again.access, { fresh: true })).ok, false);
  });

  test("ASVS-8.3.2, CB-3, S-30: a role that is taken away is gone from the next token, and the old one is refused where the log is followed", async () => {
    const by = { actor: "cli", address: undefined, userAgent: undefined, requestId: undefined };
    const ada = await signedIn(newPerson());
    await issuer.auth.accounts.setRoles(ada.userId, ["admin"], by);
    const { body } = await issuer.post("/refresh", { refresh_token: ada.refresh });
    const { access, refresh } = tokensOf(body);
    const rolesOf = async (token: string): Promise<unknown> => {
      const verdict = await issuer.auth.verify(token);
      return verdict.ok ? verdict.claims.roles : verdict.refusal.code;
    };
    assert.deepEqual(await rolesOf(access), ["admin"]);
    await issuer.auth.accounts.setRoles(ada.userId, [], by);
    assert.deepEqual(await rolesOf(access), { stateless: ["admin"], stateful: [], hybrid: "revoked" }[mode]);
    const next = tokensOf((await issuer.post("/refresh", { refresh_token: refresh })).body);
    assert.deepEqual(await rolesOf(next.access), []);
  });
}
