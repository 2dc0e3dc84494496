import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import { tableOf } from "./support/figures.ts";
import { type Outcome, type RunSetting, runFaults } from "./support/run.ts";

const common = { seed: 1, issuers: 2, maxStalenessMs: 2000, lossPercent: 20 };

const rule =
  "issuers, verifiers, the store and wires fail: what was acknowledged longer ago than maxStaleness is enforced, or the verifier is stale";

whereInstalled([postgresSoftware], rule, () =>
  test(`${rule}, and at last nothing is lost`, async (t) => {
    const outcome = await run(t, { ...common, store: "postgres", verifiers: 6, quiet: 100, amidFaults: 200 });
    assert.deepEqual(outcome.ledger.violations, []);
    assert.ok(outcome.acknowledged >= 300);
    assert.ok(outcome.effective > 0);
    assert.ok(outcome.faults.size > 0);
  }),
);

test("the same finds what verifiers miss that do not notice gaps", async (t) => {
  const setting = { ...common, store: "sqlite", verifiers: 3, quiet: 20, amidFaults: 250 } as const;
  const outcome = await run(t, { ...setting, isControl: true });
  const broken = new Set(outcome.ledger.violations.map(({ broken }) => broken));
  assert.ok(broken.has("lost"));
});

async function run(t: TestContext, setting: RunSetting): Promise<Outcome> {
  const outcome = await runFaults(setting);
  t.diagnostic(tableOf(outcome, setting.verifiers));
  return outcome;
}
