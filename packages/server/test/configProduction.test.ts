import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createAuth, memory } from "cardea";
import { unsafeSettings } from "../src/config/production.ts";
import { newFolder } from "./support/cli.ts";
import type { CommandEnd } from "./support/commandLines.ts";

const folder = newFolder();
after(() => folder.remove());

/** What production asks for, and no more. */
const safe: Readonly<Record<string, string>> = {
  NODE_ENV: "production",
  CARDEA_ISSUER: "https://app.example.com/auth",
  CARDEA_SECRET: randomBytes(32).toString("base64url"),
  CARDEA_MAIL_SMTP: "smtp://localhost:2525",
  CARDEA_MAIL_FROM: "no-reply@app.example.com",
  CARDEA_TRUST_PROXY: "1",
};

const phrase = Buffer.from("a phrase that somebody of us thought of").toString("base64url");

/** What each unsafe thing is, the one change that makes it, and what the refusal says of it. */
const rows: readonly (readonly [string, Readonly<Record<string, string | undefined>>, RegExp])[] = [
  ["an issuer by http", { CARDEA_ISSUER: "http://localhost:4000/auth" }, /issuer: .*https.*CARDEA_ISSUER/],
  ["a store in memory", { CARDEA_STORE: "memory:" }, /store: .*forgets.*CARDEA_STORE/],
  ["a generated secret", { CARDEA_SECRET: undefined }, /secret: .*generated.*CARDEA_SECRET_FILE/],
  ["a secret that somebody thought of", { CARDEA_SECRET: phrase }, /secret: .*thought of.*randomBytes/],
  [
    "an old secret that somebody thought of",
    { CARDEA_SECRET: `${safe.CARDEA_SECRET},${phrase}` },
    /secret: .*thought of/,
  ],
  [
    "JWT-6: a shared key that somebody thought of",
    { CARDEA_KEYS_ALG: "HS256", CARDEA_KEYS_SECRET: phrase },
    /keys\.secret: .*thought of.*CARDEA_KEYS_SECRET/,
  ],
  [
    "mail that nobody gets",
    { CARDEA_MAIL_SMTP: undefined, CARDEA_MAIL_FROM: undefined },
    /mail: .*CARDEA_MAIL_SMTP.*CARDEA_ACCOUNTS_EMAIL_VERIFICATION=off/,
  ],
  ["more proxies than anybody has", { CARDEA_TRUST_PROXY: "9" }, /trustProxy: .*8 at most/],
  ["a proxy that is half the Internet", { CARDEA_TRUST_PROXY: "0.0.0.0/1,128.0.0.0/1" }, /trustProxy: .*addresses/],
  ["a proxy that is all of IPv6", { CARDEA_TRUST_PROXY: "2000::/3" }, /trustProxy: /],
];

/** Some settings are fine although they look like their neighbours. */
const fine: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
  ["all that is asked for", {}],
  [
    "a shared key of random bytes",
    { CARDEA_KEYS_ALG: "HS256", CARDEA_KEYS_SECRET: randomBytes(32).toString("base64url") },
  ],
  ["private networks as proxies", { CARDEA_TRUST_PROXY: "10.0.0.0/8,fc00::/7" }],
  [
    "no mail, said aloud",
    { CARDEA_MAIL_SMTP: undefined, CARDEA_MAIL_FROM: undefined, CARDEA_ACCOUNTS_EMAIL_VERIFICATION: "off" },
  ],
];

const changed = (change: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries({ ...safe, ...change }).flatMap(([name, value]) => (value ? [[name, value]] : [])));

describe("production", () => {
  let refused: readonly CommandEnd[] = [];
  let examined: readonly CommandEnd[] = [];
  before(async () => {
    // On a taken port even a server that is not refused comes to an end.
    const taken = createServer().unref();
    await new Promise<void>((resolve) => taken.listen(0, "localhost", resolve));
    const port = String(Object(taken.address()).port);
    refused = await folder.runAll(
      rows.map(([, change]) => ({ argv: ["serve", "--port", port], env: changed(change) })),
    );
    taken.close();
    examined = await folder.runAll(
      [...fine, ...rows].map(([, change]) => ({ argv: ["doctor", "--json"], env: changed(change) })),
    );
  });

  for (const [index, [name, , says]] of rows.entries()) {
    test(`ASVS-15.2.3: does not start with ${name}, and names the fix and nothing else`, () => {
      const { code, out, err = "" } = refused[index] ?? {};
      assert.deepEqual([code, out], [1, ""]);
      const [heading, ...faults] = err.trimEnd().split("\n");
      assert.equal(heading, "Refusing to start with NODE_ENV=production:");
      assert.equal(faults.length, 1, err);
      assert.match(faults[0] ?? "", says);
      assert.ok(!err.includes(phrase) && !err.includes(safe.CARDEA_SECRET ?? ""));
      assert.equal(existsSync(join(folder.path, "data")), false);
      assert.deepEqual(productionStates(examined[fine.length + index]), ["fail"]);
    });
  }

  for (const [index, [name]] of fine.entries()) {
    test(`takes ${name}`, () => assert.deepEqual(productionStates(examined[index]), ["ok"]));
  }

  test("has a test for each unsafe setting", () => {
    const tested = new Set(rows.map(([, , says]) => /^[a-z.]+/i.exec(says.source.replaceAll("\\", ""))?.[0]));
    assert.deepEqual(
      unsafeSettings.map(({ setting }) => setting).filter((setting) => !tested.has(`${setting}`)),
      [],
    );
  });

  test("ASVS-15.2.3: takes no development from an application either", async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = "production";
    try {
      const options = { issuer: "https://app.example.com/auth", store: memory() };
      await assert.rejects(createAuth({ ...options, development: true }), /development: NODE_ENV is production/);
      const auth = await createAuth(options);
      await auth.close();
    } finally {
      if (before === undefined) delete process.env.NODE_ENV;
      else process.env.NODE_ENV = before;
    }
  });
});

function productionStates(end: CommandEnd | undefined): readonly string[] {
  const findings: readonly { name: string; state: string }[] = JSON.parse(end?.out ?? "{}").findings;
  return findings.filter(({ name }) => name === "production").map(({ state }) => state);
}
