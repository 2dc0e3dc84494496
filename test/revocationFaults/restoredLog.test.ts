import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import { eventually } from "../support/eventually.ts";
import { ask } from "./support/asking.ts";
import { type Backup, postgresBackup, sqliteBackup } from "./support/backups.ts";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { everyoneLive } from "./support/live.ts";
import type { Program } from "./support/program.ts";
import { allRefused, type GoingOn, type Restored, restoreAmid, revokeAll, revokeNew } from "./support/restoring.ts";
import type { Watched } from "./support/watched.ts";

const rule = "an older log is restored: what verifiers know stays refused, and what is revoked afterwards reaches all";

const late = "who was not there cannot know what the copy lacks";

describe("the log on a file", () => {
  test(`${rule}, by itself; ${late}`, async (t) => {
    const { newcomer, lost } = await assertNothingComesBack(t, sqliteBackup("beside the note"), "verifiers");
    assert.ok((await saidBy(newcomer, lost)).includes("accepted"));
  });

  test("a copy that nothing and nobody knows to be older: tokens from the lost past outlive their revocation", async (t) => {
    const { cluster, revoking, alive } = await restored(t, sqliteBackup("bare"), "nobody");
    const verifier = firstOf(cluster.verifiers);
    await revokeAll(revoking, alive);
    await eventually("the verifier has heard of it", async () => (await saidBy(verifier, alive)).includes("revoked"));
    await everyoneLive(cluster.verifiers);
    assert.ok((await saidBy(verifier, alive)).includes("accepted"));
  });
});

whereInstalled([postgresSoftware], rule, () =>
  describe("the log on postgres", () => {
    test(`${rule}, by itself after a recovery; ${late}`, async (t) => {
      const { newcomer, lost } = await assertNothingComesBack(t, postgresBackup("recovery"), "verifiers");
      assert.ok((await saidBy(newcomer, lost)).includes("accepted"));
    });

    test(`${rule}, after a snapshot by the word of those who go on; an issuer among them tells who was not there`, async (t) => {
      const { newcomer, lost } = await assertNothingComesBack(t, postgresBackup("snapshot"), "everybody");
      await allRefused(newcomer, lost);
    });
  }),
);

/** Answers with a verifier that started afterwards, and with what the copy lacks. */
async function assertNothingComesBack(
  t: TestContext,
  backup: Backup,
  goingOn: GoingOn,
): Promise<{ readonly newcomer: Program; readonly lost: readonly Watched[] }> {
  const { cluster, revoking, before, lost, alive } = await restored(t, backup, goingOn);
  await revokeAll(revoking, alive);
  const afterwards = [...alive, ...(await revokeNew(revoking, 5))];
  await allRefused(firstOf(cluster.verifiers), [...before, ...lost, ...afterwards]);

  const newcomer = await cluster.addVerifier();
  await everyoneLive([newcomer]);
  await allRefused(newcomer, [...before, ...afterwards]);
  return { newcomer, lost };
}

async function restored(
  t: TestContext,
  backup: Backup,
  goingOn: GoingOn,
): Promise<Restored & { readonly cluster: Cluster }> {
  const size = { issuers: 1, verifiers: 1, maxStalenessMs: 2000, seed: 1, hasControl: false };
  const cluster = await startCluster({ ...size, store: backup.store });
  t.after(cluster.stop);
  return { cluster, ...(await restoreAmid(cluster, backup, { before: 5, lost: 12, alive: 10, goingOn })) };
}

const saidBy = async (verifier: Program, tokens: readonly Watched[]): Promise<readonly string[]> =>
  (await ask(verifier, tokens)).map(({ said }) => said);

function firstOf(verifiers: readonly Program[]): Program {
  const [first] = verifiers;
  assert.ok(first);
  return first;
}
