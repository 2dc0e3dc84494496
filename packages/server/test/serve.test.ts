import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { type Folder, freePort, newFolder, quickStart } from "./support/cli.ts";
import { jsonPost, readAnswer } from "./support/issuer.ts";

const folders: Folder[] = [];
const folder = (): Folder => {
  const made = newFolder();
  folders.push(made);
  return made;
};
after(() => {
  for (const made of folders) made.remove();
});

const ask = async (url: string, init?: RequestInit) => readAnswer(await fetch(url, init));
const ada = { email: "ada@example.com", password: "a phrase of several words" };

test("serve prints its URL and three lines that work exactly as pasted into bash", async () => {
  const served = await folder().serve();
  assert.match(
    served.said,
    /^\nCardea is at http:\/\/localhost:\d+\/auth {2}\(mode hybrid, data in \.\/data; Ctrl-C stops it\)\n/,
  );
  const lines = served.said.split("\n").filter((line) => /^(curl|TOKEN=)/.test(line));
  assert.equal(lines.length, 3);
  const { stdout } = await promisify(execFile)("bash", ["-c", lines.join("\n")], { encoding: "utf8" });
  assert.match(stdout, /^\{"status":"accepted"/);
  assert.match(
    stdout,
    /\{"user":\{"id":"[^"]+","email":"ada@example\.com","email_verified":false,"roles":\[\],.*\},"session":\{/,
  );
  assert.equal(await served.stop(), 0);
});

test("a second start on the same data has the same people, keys and sessions", async () => {
  const own = folder();
  const port = String(await freePort());
  const first = await own.serve(["--port", port]);
  await ask(`${first.issuer}/sign-up`, jsonPost(ada));
  const { body } = await ask(`${first.issuer}/sign-in`, jsonPost(ada));
  const jwks = await ask(`${first.issuer}/.well-known/jwks.json`);
  assert.equal(await first.stop(), 0);

  const second = await own.serve(["--port", port, "--json"]);
  assert.deepEqual(JSON.parse(second.said), { issuer: first.issuer, port: Number(port), mode: "hybrid" });
  assert.equal((await ask(`${second.issuer}/.well-known/jwks.json`)).text, jwks.text);
  const headers = { authorization: `Bearer ${body.access_token}` };
  assert.equal((await ask(`${second.issuer}/me`, { headers })).status, 200);
  const refreshed = await ask(`${second.issuer}/refresh`, jsonPost({ refresh_token: body.refresh_token }));
  assert.deepEqual([refreshed.status, refreshed.body.user], [200, body.user]);
  assert.equal((await ask(`${second.issuer}/sign-in`, jsonPost(ada))).status, 200);

  const verify = (token: string, flags: readonly string[] = []) =>
    own.run(["token", "verify", "-", "--port", port, ...flags], { input: token });
  const accepted = await verify(`Bearer ${refreshed.body.access_token}\n`);
  assert.equal(accepted.code, 0, accepted.err);
  assert.match(accepted.out, /^Accepted \(decided by view\)\.\n\{/);
  await ask(`${second.issuer}/sign-out`, jsonPost(undefined, `Bearer ${refreshed.body.access_token}`));
  const refused = await verify(String(refreshed.body.access_token), ["--json"]);
  assert.deepEqual([refused.code, refused.json().ok, refused.err], [1, false, ""]);
  assert.equal(await second.stop(), 0);
});

test("a taken port is told with the fix, exits with 1 and leaves nothing behind", async () => {
  const taken = createServer().unref();
  await new Promise<void>((resolve) => taken.listen(0, "localhost", resolve));
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const own = folder();
  const { code, out, err } = await own.run(["serve", "--port", String(port)]);
  assert.deepEqual([code, out], [1, ""]);
  assert.equal(
    err,
    `Port ${port} is taken. Stop the program that has it, or choose another: --port ${port + 1} (npm start -- --port ${port + 1}), or CARDEA_PORT=${port + 1}\n`,
  );
  assert.equal(existsSync(join(own.path, "data")), false);
  taken.close();
});

test("a request that comes before the store is open waits, and is answered", async () => {
  const own = folder();
  const gate = createServer().unref();
  const opening = new Promise<() => void>((resolve) =>
    gate.on("request", (_, response) => resolve(() => response.end("open"))),
  );
  await new Promise<void>((resolve) => gate.listen(0, "localhost", resolve));
  const address = gate.address();
  const gatePort = typeof address === "object" && address ? address.port : 0;
  writeFileSync(
    join(own.path, "cardea.config.ts"),
    `import { defineConfig, memory } from "cardea";
     const store = memory();
     const open = async (world) => {
       await (await fetch("http://localhost:${gatePort}")).text();
       return store.open(world);
     };
     export default defineConfig({ store: { ...store, open } });`,
  );
  const port = await freePort();
  const serving = own.serve(["--port", String(port)]);
  const open = await opening;
  const early = ask(`http://localhost:${port}/auth/sign-up`, jsonPost(ada));
  const socket = connect(port, "localhost");
  await new Promise((resolve) => socket.on("connect", resolve));
  socket.destroy();
  open();
  assert.equal((await early).status, 201);
  assert.equal(await (await serving).stop(), 0);
  gate.close();
  gate.closeAllConnections();
});

test("a store that does not open ends serve with 1", async () => {
  const own = folder();
  writeFileSync(
    join(own.path, "cardea.config.ts"),
    `import { memory } from "cardea";
     export default { store: { ...memory(), open: async () => { throw new Error("the disk is gone"); } } };`,
  );
  const { code, err } = await own.run(["serve", "--port", "0"]);
  assert.deepEqual([code, err], [1, "cardea: the disk is gone\n"]);
});

describe("token inspect", () => {
  const own = folder();
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { sub: "ada", iat: 1_800_000_000, exp: 1_800_000_300, constructor: 5, toString: 1, __proto__: 2 };
  const token = `${part({ alg: "ES256", typ: "at+jwt" })}.${part(claims)}.AAAA`;

  test("takes a token from standard input apart, with times for people", async () => {
    const { code, out } = await own.run(["token", "inspect", "-"], { input: ` Bearer ${token}\n` });
    assert.equal(code, 0);
    assert.ok(out.startsWith(`${token}\n\nheader\n{\n  "alg": "ES256"`));
    assert.match(out, /\n {2}iat +issued +2027-01-15 08:00:00 UTC {2}\S/);
    assert.match(out, /\n {2}exp +expires +2027-01-15 08:05:00 UTC {2}\S/);
    assert.match(out, /\n3 bytes, not checked/);
  });

  test("answers in JSON that nothing was checked, and creates nothing", async () => {
    const { code, json } = await own.run(["token", "inspect", token, "--json"]);
    assert.equal(code, 0);
    assert.deepEqual([json().verified, json().header], [false, { alg: "ES256", typ: "at+jwt" }]);
    assert.equal(existsSync(join(own.path, "data")), false);
  });

  test("colours the three parts where colours are wanted", async () => {
    const { out } = await own.run(["token", "inspect", token], { env: { NO_COLOR: "", FORCE_COLOR: "1" } });
    const [header, payload, signature] = token.split(".");
    assert.ok(out.startsWith(`\x1b[31m${header}\x1b[39m.\x1b[35m${payload}\x1b[39m.\x1b[36m${signature}\x1b[39m`));
  });

  test("lets no hostile token steer the terminal", async () => {
    const hostile = `${part({ alg: "none" })}.${part({ sub: "a\u009b31mb\u202ec\u2066d\u0007\u2028", "\u009bx": 1 })}.`;
    const { out, code } = await own.run(["token", "inspect", hostile]);
    assert.equal(code, 0);
    assert.doesNotMatch(out.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.match(out, /a\\u009b31mb\\u202ec/);
    const json = await own.run(["token", "inspect", hostile, "--json"]);
    assert.doesNotMatch(json.out.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.equal(Object(json.json().claims).sub, "a\u009b31mb\u202ec\u2066d\u0007\u2028");
  });

  test("says of what is no JWT what it might be", async () => {
    const { code, err } = await own.run(["token", "inspect", `at_${"A".repeat(43)}`]);
    assert.equal(code, 1);
    assert.match(err, /not a JWT.*Opaque tokens say nothing; check one with: cardea token verify -/);
    const empty = await own.run(["token", "inspect", "-"], { input: "\n" });
    assert.equal(empty.code, 2);
    assert.match(empty.err, /There is no token/);
  });
});

describe("an older Node", () => {
  const bin = join(import.meta.dirname, "..", "bin", "cardea.js");
  const asVersion = (version: string) => {
    const fake = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
    const loaded = `--import=data:text/javascript,${encodeURIComponent(fake)}`;
    return new Promise<{ code: number; err: string; out: string }>((resolve) =>
      execFile(
        process.execPath,
        ["--conditions=@cardea/source", loaded, bin, "help"],
        { env: { ...process.env, ...quickStart } },
        (error, out, err) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
      ),
    );
  };

  for (const version of ["12.22.0", "20.20.2", "24.15.9"]) {
    test(`${version} is told which version is needed and how to get it, and exits with 1`, async () => {
      const { code, out, err } = await asVersion(version);
      assert.deepEqual([code, out], [1, ""]);
      assert.match(
        err,
        new RegExp(
          `^cardea needs Node\\.js 24\\.16 or newer; this is ${version}\\.\nGet it from https://nodejs\\.org, .*nvm install 24.*npm install --save-dev node@24`,
        ),
      );
    });
  }

  test("24.16.0 and 26.0.0 are new enough", async () => {
    for (const version of ["24.16.0", "26.0.0"]) assert.deepEqual((await asVersion(version)).code, 0);
  });
});
