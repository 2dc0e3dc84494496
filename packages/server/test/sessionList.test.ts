import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ModeName, realWorld } from "cardea";
import { type Answer, type Issuer, jsonPost, startIssuer } from "./support/issuer.ts";

const person = { email: "ada@example.com", password: "a phrase of several words" };
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const minute = 60_000;

const modes: readonly ModeName[] = ["stateless", "stateful", "hybrid"];
for (const mode of modes) {
  describe(`a person's list of sessions, ${mode}`, () => {
    const clock = { ms: realWorld.now() };
    let issuer: Issuer;
    before(async () => {
      issuer = await startIssuer({ mode, world: { ...realWorld, now: () => clock.ms } });
      await issuer.post("/sign-up", person);
    });
    after(() => issuer.close());

    const by = (agent: string, path: string, body: unknown): Promise<Answer> => {
      const { headers, ...init } = jsonPost(body);
      return issuer.send(path, { ...init, headers: { ...Object(headers), "user-agent": agent } });
    };

    /** Device, last use in ms and whether it is the caller's, of each session in the order of the list. */
    async function listed({ body }: Answer): Promise<readonly unknown[]> {
      const { sessions } = (await issuer.get("/sessions", `Bearer ${body.access_token}`)).body;
      assert.ok(Array.isArray(sessions));
      return sessions.map(({ device, last_used_at, current }) => [device, Date.parse(last_used_at), current]);
    }

    test("says device and last use, the latest first; a refresh is a use, a look is none", async () => {
      const began = clock.ms;
      const browser = await by(firefox, "/sign-in", person);
      clock.ms += minute;
      const program = await by("curl/8.5.0", "/sign-in", person);
      const both = [
        ["curl", began + minute, true],
        ["Firefox on Linux", began, false],
      ];
      assert.deepEqual(await listed(program), both);
      clock.ms += minute;
      assert.deepEqual(await listed(program), both, "a look is no use");

      const refreshed = await by(firefox, "/refresh", { refresh_token: browser.body.refresh_token });
      assert.equal(refreshed.status, 200);
      assert.deepEqual(await listed(refreshed), [
        ["Firefox on Linux", began + 2 * minute, true],
        ["curl", began + minute, false],
      ]);
    });
  });
}
