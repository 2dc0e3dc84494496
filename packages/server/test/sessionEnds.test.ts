import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type AuthOptions, type ModeName, memory, realWorld, sqlite } from "cardea";
import { formPost, type Issuer, newPerson, newService, type Person, startIssuer } from "./support/issuer.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-ends-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const onFile = (): AuthOptions["store"] => sqlite(join(folder, `${files++}.db`));

/** Each mode, and each store beside the modes that keep something in it. */
const settings: readonly (readonly [ModeName, string, () => AuthOptions["store"]])[] = [
  ["stateless", "memory", memory],
  ["stateful", "memory", memory],
  ["stateful", "sqlite", onFile],
  ["hybrid", "sqlite", onFile],
];

const start = 1_800_000_000_000;
const second = 1000;
const minute = 60 * second;

/** An issuer with a clock that the test turns. */
async function withClock(
  options: Partial<AuthOptions>,
  work: (issuer: Issuer, clock: { now: number }) => Promise<void>,
): Promise<void> {
  const clock = { now: start };
  const issuer = await startIssuer({ world: { ...realWorld, now: () => clock.now }, ...options });
  try {
    await work(issuer, clock);
  } finally {
    await issuer.close();
  }
}

const lives = async (issuer: Issuer, { bearer }: Pick<Person, "bearer">): Promise<boolean> =>
  (await issuer.get("/me", bearer)).status === 200;

for (const [mode, storeName, makeStore] of settings) {
  describe(`${mode}, ${storeName}`, () => {
    const life = { idle: "2m", absolute: "5m", refreshGrace: "30s" } as const;
    const options = (): Partial<AuthOptions> => ({ mode, store: makeStore(), access: { ttl: "10m" }, session: life });

    test("ASVS-7.3.1, S-18: no access token outlives the idle end of its session", () =>
      withClock(options(), async (issuer, clock) => {
        const ada = await newPerson(issuer);
        const { body } = await issuer.post("/sign-in", ada);
        assert.equal(body.code, "invalid_request");
        const again = await issuer.post("/sign-in", { email: ada.email, password: ada.password });
        assert.equal(again.body.expires_in, 120);
        clock.now = start + 2 * minute - second;
        assert.equal(await lives(issuer, ada), true);
        clock.now = start + 2 * minute;
        assert.equal(await lives(issuer, ada), false);
        const late = await issuer.post("/refresh", { refresh_token: ada.refresh });
        assert.equal(late.status, 401);
        clock.now += second;
        assert.equal(await lives(issuer, ada), false);
      }));

    test("CB-2: using a session moves its idle end, for the new token alone", () =>
      withClock(options(), async (issuer, clock) => {
        const ada = await newPerson(issuer);
        clock.now += minute;
        const { body } = await issuer.post("/refresh", { refresh_token: ada.refresh });
        assert.equal(body.expires_in, 120);
        clock.now = start + 2 * minute;
        assert.equal(await lives(issuer, ada), false);
        assert.equal(await lives(issuer, { bearer: `Bearer ${body.access_token}` }), true);
        clock.now = start + 3 * minute;
        assert.equal(await lives(issuer, { bearer: `Bearer ${body.access_token}` }), false);
      }));

    test("the successor that is handed out twice does not live longer for it", () =>
      withClock(options(), async (issuer, clock) => {
        const ada = await newPerson(issuer);
        const first = await issuer.post("/refresh", { refresh_token: ada.refresh });
        clock.now += 29 * second;
        const again = await issuer.post("/refresh", { refresh_token: ada.refresh });
        assert.equal(again.body.refresh_token, first.body.refresh_token);
        assert.equal(again.body.expires_in, 120 - 29);
      }));

    test("ASVS-7.3.2, ASVS-10.4.8: no refresh moves the absolute end, and no access token outlives it", () =>
      withClock(options(), async (issuer, clock) => {
        const ada = await newPerson(issuer);
        let { refresh, bearer } = ada;
        for (let at = 1; at < 5; at++) {
          clock.now = start + at * minute;
          const { body, status } = await issuer.post("/refresh", { refresh_token: refresh });
          assert.equal(status, 200);
          assert.equal(body.expires_in, Math.min(2, 5 - at) * 60);
          refresh = String(body.refresh_token);
          bearer = `Bearer ${body.access_token}`;
        }
        clock.now = start + 5 * minute - second;
        assert.equal(await lives(issuer, { bearer }), true);
        clock.now = start + 5 * minute;
        assert.equal(await lives(issuer, { bearer }), false);
        assert.equal((await issuer.post("/refresh", { refresh_token: refresh })).status, 401);
      }));

    test("a token that its session cut short was not issued before the session began", () =>
      withClock(options(), async (issuer, clock) => {
        const ada = await newPerson(issuer);
        const service = await newService(issuer.auth);
        clock.now += 10 * second;
        const { body } = await issuer.send("/introspect", formPost(`token=${ada.access}`, service));
        assert.deepEqual([body.iat, body.exp, body.auth_time], [start / 1000, start / 1000 + 120, start / 1000]);
      }));

    test("reuse after the grace ends the session, and with it what the thief got", () =>
      withClock({ ...options(), access: { ttl: "1m" } }, async (issuer, clock) => {
        const ada = await newPerson(issuer);
        const stolen = await issuer.post("/refresh", { refresh_token: ada.refresh });
        clock.now += 30 * second;
        const reused = await issuer.post("/refresh", { refresh_token: ada.refresh });
        assert.deepEqual([reused.status, reused.body.code], [401, "invalid_grant"]);
        const thief = await issuer.post("/refresh", { refresh_token: stolen.body.refresh_token });
        assert.equal(thief.status, 401);
        assert.ok(issuer.events.some(({ type }) => type === "refresh_reused"));
        assert.equal(await lives(issuer, { bearer: `Bearer ${stolen.body.access_token}` }), mode === "stateless");
      }));

    test("of sign-out and refresh at once, nothing is left alive", () =>
      withClock(options(), async (issuer) => {
        const { email, password } = await newPerson(issuer);
        for (let round = 0; round < 6; round++) {
          const { body } = await issuer.post("/sign-in", { email, password });
          const own = { refresh: String(body.refresh_token), bearer: `Bearer ${body.access_token}` };
          const refreshedFirst = round % 2 === 0;
          const early = refreshedFirst ? issuer.post("/refresh", { refresh_token: own.refresh }) : undefined;
          const signedOut = issuer.post("/sign-out", undefined, own.bearer);
          const refreshed = await (early ?? issuer.post("/refresh", { refresh_token: own.refresh }));
          assert.equal((await signedOut).status, 204);
          const { access_token: access, refresh_token: next = own.refresh } = refreshed.body;
          assert.equal((await issuer.post("/refresh", { refresh_token: next })).status, 401);
          if (access !== undefined && mode !== "stateless")
            assert.equal(await lives(issuer, { bearer: `Bearer ${access}` }), false);
        }
      }));
  });
}
