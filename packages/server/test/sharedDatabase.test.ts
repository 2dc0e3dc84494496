import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { createVerifier } from "@cardea/verifier";
import { realWorld, sqlite } from "cardea";
import { startIssuer } from "./support/issuer.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-shared-"));
after(() => rmSync(folder, { recursive: true }));
const ada = { email: "ada@example.com", password: "a phrase of several words" };

test("ASVS-15.4.3: while another process holds the lock, writes wait without blocking and end in a 503; then they go through", async () => {
  const file = join(folder, "locked.db");
  const issuer = await startIssuer({ store: sqlite(file) });
  const other = new DatabaseSync(file);
  try {
    await issuer.post("/sign-up", ada);
    other.exec("BEGIN IMMEDIATE");
    let answered = false;
    const writers = Array.from({ length: 8 }, () => issuer.post("/sign-in", ada));
    const waiting = Promise.all(writers).finally(() => {
      answered = true;
    });
    let read = 0;
    for (; !answered; read++) assert.equal((await issuer.get("/.well-known/jwks.json")).status, 200);
    assert.ok(read > 10, "others are answered meanwhile");
    for (const refused of await waiting) {
      assert.deepEqual([refused.status, refused.body.code], [503, "temporarily_unavailable"]);
      assert.equal(refused.headers.get("retry-after"), "1");
    }

    const patient = issuer.post("/sign-in", ada);
    await wait(500);
    other.exec("COMMIT");
    assert.equal((await patient).status, 200);
  } finally {
    other.close();
    await issuer.close();
  }
});

test("the database is its owner's alone, also in a folder that others can read", async () => {
  const file = join(folder, "private.db");
  const store = await sqlite(file).open(realWorld);
  await store.revocations.append([{ kind: "all", key: "", expiresAt: realWorld.now() + 1000 }]);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o077, 0, name);
  await store.close();
});

test("pruning removes thousands in slices, and the head stays", async () => {
  const store = await sqlite(join(folder, "pruned.db")).open(realWorld);
  const entries = Array.from({ length: 3500 }, (_, at) => ({ kind: "token", key: `t${at}`, expiresAt: at }) as const);
  const head = await store.revocations.append([...entries, { kind: "token", key: "live", expiresAt: 9_999 }]);
  await store.prune(5000, 0);
  const slice = await store.revocations.read(0, 10);
  assert.deepEqual(slice.head, head);
  assert.deepEqual(
    slice.entries.map(({ key }) => key),
    ["live"],
  );
  await store.close();
});

test("after a restored backup and the step that the manual asks for, verifiers keep what they know and learn what is new", async () => {
  const file = join(folder, "restored.db");
  const copy = join(folder, "copy.db");
  const manual = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "storage.md"), "utf8");
  const step = /sqlite3 data\/cardea\.db "(UPDATE [^"]+)"/.exec(manual)?.[1] ?? "";
  const first = await startIssuer({ store: sqlite(file) });
  await first.post("/sign-up", ada);
  const { service, secret } = await first.auth.services.create("billing");
  const backup = new DatabaseSync(file);
  backup.exec(`VACUUM INTO '${copy}'`);
  backup.close();
  const early = await signedOut(first, 3);

  // The verifier goes on while the issuer moves to the restored file: its requests reach whoever is the issuer now.
  let current = first;
  const verifier = createVerifier({
    issuer: first.url,
    audience: "app",
    credentials: { id: service.id, secret },
    revocation: { maxStaleness: "5s" },
    world: { fetch: (input, init) => fetch(String(input).replace(first.url, current.url), init) },
  });
  await verifier.ready();
  await first.close();
  const database = new DatabaseSync(copy);
  database.exec(step);
  database.close();
  const factory = sqlite(copy);
  const second = await startIssuer({ issuer: first.url, store: { ...factory, localSecret: sqlite(file).localSecret } });
  try {
    const late = await signedOut(second, 3);
    current = second;
    for (let tries = 0; tries < 500 && isNotRevoked(late); tries++) await wait(10);
    for (const token of [...early, ...late]) {
      const verdict = verifier.verify(token);
      assert.equal(!verdict.ok && verdict.refusal.code, "revoked");
    }
  } finally {
    await verifier.close();
    await second.close();
  }

  function isNotRevoked(tokens: readonly string[]): boolean {
    return tokens.some((token) => {
      const verdict = verifier.verify(token);
      return verdict.ok || verdict.refusal.code !== "revoked";
    });
  }
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

async function signedOut(issuer: Issuer, count: number): Promise<readonly string[]> {
  const tokens: string[] = [];
  for (let round = 0; round < count; round++) {
    const token = String((await issuer.post("/sign-in", ada)).body.access_token);
    assert.equal((await issuer.post("/sign-out", undefined, `Bearer ${token}`)).status, 204);
    tokens.push(token);
  }
  return tokens;
}
