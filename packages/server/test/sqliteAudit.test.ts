import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import type { Store } from "../src/store/ports.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { recordOf } from "./support/changes.ts";

describe("the audit trail in SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-audit-"));
  const file = join(folder, "auth.db");
  let store: Store;
  let database: DatabaseSync;
  before(async () => {
    store = await sqlite(file).open(realWorld);
    await store.audit.append([{ ...recordOf("early", "signed_up"), at: 1 }, recordOf("late", "signed_in")]);
    database = new DatabaseSync(file);
  });
  after(async () => {
    database.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const rows = (): readonly unknown[] => database.prepare("SELECT * FROM audit").all();

  for (const change of [
    "UPDATE audit SET actor = 'nobody'",
    "UPDATE OR REPLACE audit SET id = 'other'",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE at = 1",
    "REPLACE INTO audit SELECT at, id, 'other', outcome, actor, account_id, session_id, address, user_agent, details FROM audit",
    `INSERT INTO audit SELECT * FROM audit WHERE TRUE
     ON CONFLICT (at, id) DO UPDATE SET type = 'other'`,
  ]) {
    test(`cannot be altered by ${change.slice(0, 28).trim()}`, () => {
      const found = rows();
      assert.throws(() => database.exec(change), /the audit trail is append-only/);
      assert.deepEqual(rows(), found);
    });
  }

  test("is shortened by pruning alone, thousands in slices, and closed again afterwards", async () => {
    await store.audit.append(Array.from({ length: 2500 }, (_, at) => ({ ...recordOf(`old${at}`, "old"), at: 1 })));
    await store.prune(0, 2);
    assert.deepEqual(
      (await store.audit.list({ limit: 9999 })).map(({ id }) => id),
      [recordOf("late", "signed_in").id],
    );
    assert.throws(() => database.exec("DELETE FROM audit"), /the audit trail is append-only/);
    assert.deepEqual(database.prepare("SELECT * FROM audit_pruning").all(), []);
  });
});
