import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { type Answer, jsonPost, newPerson, startIssuer } from "./support/issuer.ts";

const issuer = await startIssuer({ mode: "stateless" });
after(issuer.close);

type Request = (bearer: string, otherSession: string) => Promise<Answer>;

const send =
  (method: string, path: string): Request =>
  (bearer) =>
    issuer.send(path, { method, headers: { authorization: bearer } });
const post =
  (path: string, body?: unknown): Request =>
  (bearer) =>
    issuer.post(path, body, bearer);
const phrase = "a phrase of several words";

const requests: Readonly<Record<string, Request>> = {
  "set fields": (bearer) => issuer.send("/me", { ...jsonPost({ fields: {} }, bearer), method: "PATCH" }),
  "delete the account": send("DELETE", "/me"),
  "export the account": send("GET", "/me/export"),
  "see what happened": send("GET", "/me/activity"),
  "list sessions": send("GET", "/sessions"),
  "end a session": (bearer, other) => send("DELETE", `/sessions/${other}`)(bearer, other),
  "end a session that is not there": send("DELETE", `/sessions/${"A".repeat(22)}`),
  "end the other sessions": post("/sessions/revoke-others"),
  "end all sessions": post("/sessions/revoke-all"),
  "authenticate anew": post("/reauthenticate", { password: phrase }),
  "change the password": post("/password/change", { current_password: phrase, password: "another phrase of words" }),
  "ask for another link": post("/email/verify/send"),
  "change the address": post("/email/change", { email: "eve@example.com" }),
};

describe("a stateless token that outlived its session", () => {
  for (const [what, request] of Object.entries(requests)) {
    test(`cannot ${what}, and changes nothing`, async () => {
      const { bearer, email, password } = await newPerson(issuer);
      await issuer.post("/sign-in", { email, password });
      await issuer.post("/sign-out", undefined, bearer);
      const before = await stateOf(email);
      const refused = await request(bearer, before.sessions[0]?.id ?? "");
      assert.deepEqual([refused.status, refused.body.code], [401, "invalid_token"]);
      assert.deepEqual(await stateOf(email), before);
    });
  }
});

async function stateOf(email: string) {
  const account = await issuer.store.people.findByEmail(email);
  const sessions = await issuer.store.people.sessions(account?.id ?? "");
  assert.equal(sessions.length, 1);
  return { account, sessions, mails: await issuer.store.mails.count() };
}
