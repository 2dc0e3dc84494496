// Login from nothing: start the installed server, sign up, sign in, verify the token elsewhere, stop.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@cardea/client";
import { createVerifier, unchecked } from "@cardea/verifier";

const port = await freePort();
const origin = `http://localhost:${port}`;
const issuer = `${origin}/auth`;
const data = await mkdtemp(join(tmpdir(), "cardea-"));
const server = spawn("node_modules/.bin/cardea", ["serve", "--port", String(port), "--data", data], {
  stdio: ["ignore", "inherit", "inherit"],
});
const ended = once(server, "exit");

try {
  await listening();
  const person = { email: "ada@example.com", password: "correct horse battery staple" };
  assert.equal((await post("/sign-up", person)).status, 201);
  assert.equal((await post("/sign-in", { ...person, password: "wrong horse battery staple" })).status, 401);
  const signedIn = await post("/sign-in", person);
  assert.equal(signedIn.status, 200);
  const { access_token: token } = await signedIn.json();

  const verifier = createVerifier({ issuer, audience: "app", revocation: unchecked });
  await verifier.ready();
  const accepted = verifier.verify(token);
  assert.equal(accepted.ok, true, accepted.ok ? "" : accepted.refusal.message);
  assert.equal(accepted.claims.iss, issuer);
  await verifier.close();

  const client = createClient({ baseUrl: issuer });
  assert.equal((await client.signIn(person)).data?.user.email, person.email);
  assert.equal((await client.fetch(`${issuer}/me`)).status, 200);
  assert.equal((await client.signOut()).error, undefined);
  client.close();

  await usePlayground();
} finally {
  server.kill("SIGTERM");
  const [code] = await ended;
  await rm(data, { recursive: true });
  assert.equal(code, 0, "the server did not stop in order");
}
console.log(
  `cardea signs up, signs in, shows its playground and stops; its token is verified elsewhere, on Node ${process.version}`,
);

function post(path, body) {
  const headers = { "content-type": "application/json" };
  return fetch(issuer + path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The page with what it loads, and both of its services, which are threads of files in the package. */
async function usePlayground() {
  for (const [path, type] of [
    ["/", "text/html"],
    ["/playground/script.js", "text/javascript"],
    ["/playground/style.css", "text/css"],
  ]) {
    const answer = await fetch(origin + path);
    const found = [answer.status, answer.headers.get("content-type")?.split(";")[0]];
    assert.deepEqual(found, [200, type], path);
    assert.ok((await answer.text()).length > 500, `${path} is nearly empty`);
  }
  const checked = await fetch(`${origin}/playground/api/check`, {
    method: "POST",
    headers: { "content-type": "application/json", origin, "sec-fetch-site": "same-origin" },
    body: JSON.stringify({ mode: "hybrid", alg: "ES256", policy: "deny" }),
  });
  assert.equal(checked.status, 200, await checked.clone().text());
  assert.equal((await checked.json()).services.length, 2);
}

async function listening() {
  for (let attempt = 0; attempt < 150 && server.exitCode === null; attempt += 1) {
    const answer = await fetch(`${issuer}/.well-known/jwks.json`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("cardea serve does not answer");
}

async function freePort() {
  const probe = createServer().listen(0);
  await once(probe, "listening");
  const { port: free } = probe.address();
  probe.close();
  return free;
}
