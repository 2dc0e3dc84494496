import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { eventCatalogue, realWorld, sqlite } from "cardea";
import type { AuditRecord } from "../src/store/ports.ts";
import { newFolder } from "./support/cli.ts";
import { eventTour, type Told } from "./support/eventTour.ts";

/** Told to the hook alone: it says that the trail could not be written. */
const neverInTheTrail = "audit_dropped";

/** Facts that an event may lack, and here does: a link that is refused is nobody's. */
const absent: Readonly<Record<string, readonly string[]>> = { link_refused: ["accountId"] };

describe("every event of the catalogue is raised by something that happens", () => {
  const folder = newFolder();
  const told: Told[] = [];
  let trail: readonly AuditRecord[] = [];
  before(async () => {
    await eventTour(folder, told);
    const store = await sqlite(join(folder.path, "data", "cardea.db")).open(realWorld);
    trail = await store.audit.list({ limit: 5000 });
    await store.close();
  });
  after(() => folder.remove());

  for (const [type, { outcome, facts }] of Object.entries(eventCatalogue)) {
    if (type === neverInTheTrail) continue;
    test(`${type}: its line is in the trail, with its outcome and its facts`, () => {
      const lines = trail.filter((line) => line.type === type);
      assert.ok(lines.length > 0);
      assert.deepEqual(new Set(lines.map((line) => line.outcome)), new Set([outcome]));
      const given = new Set(lines.flatMap(factsOf));
      const expected = Object.keys(facts).filter((fact) => !absent[type]?.includes(fact));
      assert.deepEqual([...given].toSorted(), expected.toSorted());
    });
  }

  test(`${neverInTheTrail}: is told to the hook`, () => {
    assert.ok(told.some(({ event }) => event.type === neverInTheTrail && event.count > 0));
  });
});

/** The names of what a line says about its event. */
const factsOf = ({ accountId, sessionId, details }: AuditRecord): readonly string[] =>
  Object.entries({ accountId, sessionId, ...details, requestId: undefined, times: undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
