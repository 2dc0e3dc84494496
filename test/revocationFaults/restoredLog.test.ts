import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, type TestContext, test } from "node:test";
import { runSql } from "#servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import { eventually } from "../support/eventually.ts";
import { ask } from "./support/asking.ts";
import { chanceFrom } from "./support/chance.ts";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { newLedger } from "./support/ledger.ts";
import { everyoneLive } from "./support/live.ts";
import type { Program } from "./support/program.ts";
import { keepRevoking, type Revoking } from "./support/revoking.ts";

const setting = { issuers: 1, verifiers: 1, maxStalenessMs: 2000, losses: { seed: 1, hidesGaps: false } };

/** How a store takes a copy of itself while issuers run, and goes on from it when none does. */
type Backup = {
  readonly store: "postgres" | "sqlite";
  readonly take: (place: string) => Promise<void>;
  readonly restore: (place: string) => Promise<void>;
};

const sqliteCopy = (step: string): Backup => ({
  store: "sqlite",
  take: async (place) => inFile(place, `VACUUM INTO '${place}.copy'`),
  restore: async (place) => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(place + suffix, { force: true });
    renameSync(`${place}.copy`, place);
    inFile(place, step);
  },
});

const stepOfTheManual = "UPDATE revocation_head SET epoch = lower(hex(randomblob(8))), pos = pos + 1048576";

/** The database as another cluster would have it that was made from an older copy: its lineage is not the one that the log notes. */
const postgresCopy: Backup = {
  store: "postgres",
  take: async (place) => {
    await runSql(place, "CREATE TABLE copy AS SELECT pos FROM revocation_head");
  },
  restore: async (place) => {
    await runSql(place, "DELETE FROM revocations WHERE pos > (SELECT pos FROM copy)");
    await runSql(place, "UPDATE revocation_head SET pos = (SELECT pos FROM copy), lineage = 'of another cluster'");
  },
};

function inFile(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

const rule = "an older log is restored: what verifiers know stays refused, and what is revoked afterwards reaches all";

describe("the log on a file", () => {
  test(`${rule}, after the step of the manual`, (t) => assertNothingComesBack(t, sqliteCopy(stepOfTheManual)));

  test("without that step, tokens from the lost past outlive their revocation", async (t) => {
    const { cluster, revoke } = await restored(t, sqliteCopy("SELECT 1"));
    const afterwards = await revoke(15);
    await everyoneLive(cluster.verifiers);
    const [verifier] = cluster.verifiers;
    assert.ok(verifier);
    await eventually("the verifier has heard of it", async () => (await ask(verifier, afterwards)).includes("revoked"));
    assert.ok((await ask(verifier, afterwards)).includes("accepted"));
  });
});

whereInstalled([postgresSoftware], rule, () =>
  test(`${rule}, by itself on postgres`, (t) => assertNothingComesBack(t, postgresCopy)),
);

async function assertNothingComesBack(t: TestContext, backup: Backup): Promise<void> {
  const { cluster, revoke, before, lost } = await restored(t, backup);
  const { verifiers } = cluster;
  await everyoneLive(verifiers);
  const afterwards = await revoke(15);
  for (const verifier of verifiers) await refusesAll(verifier, [...before, ...lost, ...afterwards]);

  const late = await cluster.addVerifier();
  await everyoneLive([late]);
  await refusesAll(late, [...before, ...afterwards]);
  assert.ok((await ask(late, lost)).includes("accepted"), "who was not there cannot know what the copy lacks");
}

type Restored = {
  readonly cluster: Cluster;
  /** Revokes so many tokens, all of which vouch for the last position that was ever told. */
  readonly revoke: (count: number) => Promise<readonly string[]>;
  readonly before: readonly string[];
  /** Revoked after the copy was taken; all verifiers have heard of it. */
  readonly lost: readonly string[];
};

async function restored(t: TestContext, { store, take, restore }: Backup): Promise<Restored> {
  const cluster = await startCluster({ ...setting, store });
  t.after(cluster.stop);
  const { issuers, verifiers, place } = cluster;
  const head = { pos: 0 };
  const revoke = async (count: number): Promise<readonly string[]> => {
    const ledger = newLedger(verifiers.length, setting.maxStalenessMs);
    const revoking: Revoking = { cluster, ledger, chance: chanceFrom(7), head };
    const isWanted = (): boolean => ledger.revoked.filter(({ acknowledgedAt }) => acknowledgedAt).length < count;
    await keepRevoking(revoking, { wait: "durable", phase: "quiet", isWanted });
    return ledger.revoked.map(({ token }) => token);
  };

  await everyoneLive(verifiers);
  const before = await revoke(5);
  await take(place);
  const lost = await revoke(30);
  for (const verifier of verifiers) await refusesAll(verifier, lost);
  for (const issuer of issuers) await issuer.kill();
  await restore(place);
  for (const issuer of issuers) await issuer.start();
  return { cluster, revoke, before, lost };
}

const refusesAll = (verifier: Program, tokens: readonly string[]): Promise<void> =>
  eventually("the verifier refuses all of them", async () =>
    (await ask(verifier, tokens)).every((said) => said === "revoked"),
  );
