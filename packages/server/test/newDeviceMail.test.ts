import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { realWorld } from "cardea";
import { openBrowser } from "./support/browser.ts";
import { type Answer, jsonPost, startIssuer } from "./support/issuer.ts";

const clock = { passed: 0 };
const world = { ...realWorld, now: () => realWorld.now() + clock.passed };
const issuer = await startIssuer({ world, development: true, trustProxy: 1 });
after(issuer.close);

const day = 86_400_000;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

type Credentials = { readonly email: string; readonly password: string };
type From = { readonly address?: string; readonly agent?: string; readonly deviceToken?: unknown };

let people = 0;

async function signedUp(): Promise<Credentials> {
  const credentials = { email: `owner${people++}@example.com`, password: "a phrase of several words" };
  await issuer.post("/sign-up", credentials);
  return credentials;
}

function signIn(credentials: Credentials, { address = "203.0.113.7", agent = firefox, deviceToken }: From = {}) {
  const { headers, ...init } = jsonPost({
    ...credentials,
    ...(deviceToken === undefined ? {} : { device_token: deviceToken }),
  });
  return issuer.send("/sign-in", {
    ...init,
    headers: { ...(headers as Record<string, string>), "user-agent": agent, "x-forwarded-for": address },
  });
}

/** The texts of the mails about a new device, the latest first. */
async function notices({ email }: Credentials): Promise<readonly string[]> {
  await issuer.auth.settled();
  const mails = issuer.auth.inbox?.list() ?? [];
  return mails.filter(({ to, kind }) => to === email && kind === "new_device").map(({ text }) => text);
}

const signOut = ({ body }: Answer): Promise<Answer> =>
  issuer.post("/sign-out", undefined, `Bearer ${body.access_token}`);

describe("ASVS-6.3.5: the owner of an account hears by mail", () => {
  test("of a sign-in from another program or another address, with both; not of the one after signing up, nor of one like it", async () => {
    const ada = await signedUp();
    await signIn(ada);
    await signIn(ada);
    assert.deepEqual(await notices(ada), []);
    await signIn(ada, { address: "198.51.100.9" });
    await signIn(ada, { agent: "curl/8.5.0" });
    const [program = "", address = "", ...more] = await notices(ada);
    assert.match(address, /not used before: Firefox on Linux, from 198\.51\.100\.9\./);
    assert.match(program, /not used before: curl.*, from 203\.0\.113\.7\./);
    assert.deepEqual(more, []);
  });

  test("not of a device that shows its token, whatever it says and wherever it is; of one with another account's token", async () => {
    const [ada, eve] = [await signedUp(), await signedUp()];
    const { device_token: known } = (await signIn(ada)).body;
    const { device_token: foreign } = (await signIn(eve)).body;
    await signIn(ada, { address: "198.51.100.9", agent: "another", deviceToken: known });
    assert.deepEqual(await notices(ada), []);
    await signIn(ada, { address: "192.0.2.1", deviceToken: foreign });
    assert.equal((await notices(ada)).length, 1);
  });

  test("not of the browser that keeps its cookie, also after signing out", async () => {
    const ada = await signedUp();
    const browser = openBrowser(issuer);
    const enter = (): Promise<Answer> => browser.post("/sign-in", { ...ada, transport: "cookie" });
    await enter();
    clock.passed += 2 * day;
    await browser.post("/sign-out");
    assert.equal((await enter()).status, 200);
    assert.deepEqual(await notices(ada), []);
  });

  test("of a sign-in when nobody is signed in, once the account is older than a day", async () => {
    const ada = await signedUp();
    await signOut(await signIn(ada));
    await signOut(await signIn(ada, { address: "198.51.100.9" }));
    assert.deepEqual(await notices(ada), [], "still the beginning");
    clock.passed += day;
    await signIn(ada, { address: "198.51.100.9" });
    assert.equal((await notices(ada)).length, 1);
  });

  test("not of a password that was refused, nor of a refresh", async () => {
    const ada = await signedUp();
    const { body } = await signIn(ada);
    await signIn({ ...ada, password: "another phrase of words" }, { address: "198.51.100.9" });
    await issuer.post("/refresh", { refresh_token: body.refresh_token });
    assert.deepEqual(await notices(ada), []);
  });
});
