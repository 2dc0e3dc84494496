import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { after, before, describe, type TestContext, test } from "node:test";
import { postgres, type StoreFactory, sqlite } from "cardea";
import { epochLead } from "../src/store/ports.ts";
import { type Issuer, newPerson, type Person, startIssuer } from "./support/issuer.ts";
import { eventually } from "./support/servers/eventually.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

const secret = randomBytes(32);

/** An issuer of a deployment: under the name of another, if there is one. */
async function issuerOn(t: TestContext, store: StoreFactory, of?: Issuer): Promise<Issuer> {
  const issuer = await startIssuer({ store, secret, mode: "hybrid", ...(of && { issuer: of.url }) });
  t.after(issuer.close);
  return issuer;
}

const claimsOf = ({ access }: Person) => JSON.parse(Buffer.from(access.split(".")[1] ?? "", "base64url").toString());

const codeOf = async ({ auth }: Issuer, { access }: Person): Promise<string> => {
  const verdict = await auth.verify(access);
  return verdict.ok ? "accepted" : verdict.refusal.code;
};

/** People who are there before the copy is taken, with their sessions. */
async function signUps(issuer: Issuer): Promise<{ readonly good: Person; readonly toRevoke: readonly Person[] }> {
  const toRevoke: Person[] = [];
  for (let index = 0; index < 5; index++) toRevoke.push(await newPerson(issuer));
  return { good: await newPerson(issuer), toRevoke };
}

/** Revokes the token of each in another way; the second's and the last's session ends. */
async function revokeInEachWay(issuer: Issuer, people: readonly Person[]): Promise<void> {
  const [jti, sid, sub, instant] = people.map(claimsOf);
  const { revocations } = issuer.auth;
  await revocations.revoke({ kind: "token", key: jti.jti });
  await revocations.revoke({ kind: "session", key: sid.sid });
  await revocations.revoke({ kind: "subject", key: sub.sub });
  await revocations.revoke({ kind: "subject", key: instant.sub, issuedBefore: instant.iat });
  assert.equal((await issuer.post("/sign-out", undefined, people[4]?.bearer)).status, 204);
}

const areRevokedFor = async (issuer: Issuer, people: readonly Person[]): Promise<boolean> =>
  (await Promise.all(people.map((person) => codeOf(issuer, person)))).every((code) => code === "revoked");

/**
 * What has to hold after the store has lost its end: whoever was there refuses what was revoked at every moment, and so does an issuer
 * that knows nothing but the store, once one of the survivors, whichever was first, has told it again.
 */
async function assertTold(
  survivors: readonly Issuer[],
  people: { readonly revoked: readonly Person[]; readonly good: Person },
  late: () => Promise<Issuer>,
): Promise<void> {
  const { revoked, good } = people;
  await eventually("it is told again", async () => {
    for (const survivor of survivors) {
      assert.ok(await areRevokedFor(survivor, revoked), "a survivor has never forgotten it");
    }
    return survivors.some(({ events }) =>
      events.some((event) => event.type === "fault" && /told again/.test(String(event.error))),
    );
  });
  const other = await late();
  assert.deepEqual(
    await Promise.all(revoked.map((person) => codeOf(other, person))),
    revoked.map(() => "revoked"),
    "who knows nothing but the store knows it again",
  );
  assert.equal(await codeOf(other, good), "accepted");
  // The sessions that came back with the older rows have ended again.
  for (const person of [revoked[1], revoked[4]]) {
    assert.equal((await other.post("/refresh", { refresh_token: person?.refresh })).status, 401);
  }
}

describe("a file into which an older copy is written while issuers have it open", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-told-again-"));
  after(() => rmSync(folder, { recursive: true }));

  test("what it lacks is told again by an issuer that was there", async (t) => {
    const file = join(folder, "auth.db");
    const here = await issuerOn(t, sqlite(file));
    const there = await issuerOn(t, sqlite(file), here);
    const { good, toRevoke } = await signUps(here);
    const source = new DatabaseSync(file);
    await backup(source, `${file}.copy`);
    source.close();
    await revokeInEachWay(there, toRevoke);
    await eventually("both have heard of it", () => areRevokedFor(here, toRevoke));
    const { head } = await here.store.revocations.read(0, 1);

    const copy = new DatabaseSync(`${file}.copy`);
    await backup(copy, file);
    copy.close();
    await eventually("the log has begun anew", async () => {
      const now = (await here.store.revocations.read(0, 1)).head;
      return now.epoch !== head.epoch && now.pos >= head.pos + epochLead;
    });
    await assertTold([here, there], { revoked: toRevoke, good }, () => issuerOn(t, sqlite(file), here));
  });
});

whereInstalled([postgresSoftware], "a failover of PostgreSQL that loses the end of the log", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ fsync: false });
  });
  after(() => server.stop());

  test("what was lost is told again by the issuer that survived", async (t) => {
    const place = await server.newDatabase();
    const survivor = await issuerOn(t, postgres(place));
    const victim = await issuerOn(t, postgres(place), survivor);
    const { good, toRevoke } = await signUps(survivor);
    const data = String((await runSql(server.url, "SHOW data_directory"))[0]?.data_directory);
    await server.kill();
    // With its owner, which cpSync does not keep.
    execFileSync("cp", ["-a", data, `${data}.standby`]);
    await server.restart();
    await eventually("the store is back", async () => (await codeOf(survivor, good)) === "accepted");
    await revokeInEachWay(victim, toRevoke);
    await eventually("the survivor has heard of it", () => areRevokedFor(survivor, toRevoke));
    await victim.close();

    // The standby has not received the end of the log when it is promoted.
    await server.kill();
    rmSync(data, { recursive: true });
    renameSync(`${data}.standby`, data);
    writeFileSync(join(data, "standby.signal"), "");
    await server.restart();
    await runSql(server.url, "SELECT pg_promote()");
    await assertTold([survivor], { revoked: toRevoke, good }, () => issuerOn(t, postgres(place), survivor));
  });
});
