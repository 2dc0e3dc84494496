import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { unchecked } from "@cardea/verifier";
import { basic } from "./support/client.ts";
import { type Issuer, startIssuer } from "./support/issuer.ts";
import { signIn, startSession, type Tokens } from "./support/people.ts";
import { base64url, flipped } from "./support/rawToken.ts";
import { asRefused } from "./support/refusal.ts";
import { type Service, startService } from "./support/service.ts";

describe("opaque tokens", () => {
  let issuer: Issuer;
  let service: Service;
  let authorization: string;
  let ada: Tokens;
  let grace: Tokens;

  before(async () => {
    issuer = await startIssuer({ mode: "stateful" });
    const { service: credentials, secret } = await issuer.auth.services.create("billing");
    authorization = basic({ id: credentials.id, secret });
    service = await startService({
      issuer: issuer.url,
      audience: "app",
      credentials: { id: credentials.id, secret },
      revocation: unchecked,
      opaqueTokens: "introspect",
    });
    [ada, grace] = await Promise.all([signIn(issuer), signIn(issuer)]);
  });
  after(async () => {
    await service.close();
    await issuer.close();
  });

  const expectRefused = async (what: string, token: string): Promise<void> => {
    const nonsense = asRefused(await issuer.get("/me", "nonsense"), "nonsense");
    assert.deepEqual(asRefused(await issuer.get("/me", token), token), nonsense, `issuer: ${what}`);
    asRefused(await service.get("/", token), token);
    const body = new URLSearchParams({ token });
    const introspected = await issuer.send("/introspect", { method: "POST", headers: { authorization }, body });
    assert.deepEqual([introspected.status, introspected.body], [200, { active: false }], `introspection: ${what}`);
  };

  const expectWell = async (): Promise<void> => {
    for (const { access } of [ada, grace]) {
      assert.equal((await issuer.get("/me", access)).status, 200);
      assert.equal((await service.get("/", access)).status, 200);
    }
  };

  test("hold at issuer and service until their session ends", async () => {
    await expectWell();
    const tokens = await startSession(issuer.auth, ada.userId);
    assert.equal((await service.get("/", tokens.access)).status, 200);
    assert.equal((await issuer.post("/sign-out", undefined, tokens.access)).status, 204);
    await expectRefused("signed out", tokens.access);
  });

  test("are refused with any single bit flipped", async () => {
    for (let bit = 0; bit < ada.access.length * 8; bit++) {
      const token = flipped(ada.access, bit);
      assert.equal((await issuer.auth.verify(token)).ok, false);
      if (/^[\w~+/-]+$/.test(token) && bit % 5 === 0) await expectRefused(`bit ${bit}`, token);
    }
    await expectWell();
  });

  test("are refused truncated, extended, doubled, re-cased and under another prefix", async () => {
    const { access } = ada;
    const body = access.slice(3);
    const forms = [
      ...[1, 2, 10, access.length - 4].map((length) => access.slice(0, -length)),
      access.slice(1),
      body,
      "at_",
      `${access}A`,
      `${access}=`,
      access + access,
      `AT_${body}`,
      `rt_${body}`,
      access.toLowerCase(),
      `at_${Buffer.from(body, "base64url").toString("hex")}`,
      `at_${base64url(Buffer.alloc(32))}`,
    ];
    for (const form of forms) await expectRefused(form, form);
    await expectWell();
  });

  test("are not what is stored: the hash of a token is no token", async () => {
    const verdict = await issuer.auth.verify(ada.access);
    assert.ok(verdict.ok);
    await expectRefused("the hash", `at_${verdict.claims.jti}`);
  });

  test("a refresh token is no access token, whoever it belongs to", async () => {
    await expectRefused("own", ada.refresh);
    await expectRefused("other", grace.refresh);
    await expectRefused("under the other prefix", ada.refresh.replace(/^rt_/, "at_"));
  });

  test("a refresh token is refused with any single bit flipped, truncated, or of parts of two", async () => {
    const [, adaBody = "", adaMac = ""] = /^rt_(.*)\.([^.]*)$/.exec(ada.refresh) ?? [];
    const [, graceBody = "", graceMac = ""] = /^rt_(.*)\.([^.]*)$/.exec(grace.refresh) ?? [];
    const forms = [
      ...Array.from({ length: ada.refresh.length * 8 }, (_, bit) => flipped(ada.refresh, bit)),
      ...[1, 10, 43, 44].map((length) => ada.refresh.slice(0, -length)),
      `${ada.refresh}A`,
      `${ada.refresh}=`,
      `rt_${graceBody}.${adaMac}`,
      `rt_${adaBody}.${graceMac}`,
      ada.access,
    ];
    for (const form of forms) {
      const { status, body, text } = await issuer.post("/refresh", { refresh_token: form });
      assert.deepEqual([status, body.code], [401, "invalid_grant"], form);
      assert.ok(!text.includes(form));
    }
    assert.equal((await issuer.post("/refresh", { refresh_token: ada.refresh })).status, 200);
    assert.equal((await issuer.post("/refresh", { refresh_token: grace.refresh })).status, 200);
  });
});
