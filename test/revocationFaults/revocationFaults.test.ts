import assert from "node:assert/strict";
import { test } from "node:test";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import { brokenIn, countsOf, tableOf } from "./support/figures.ts";
import { runFaults } from "./support/run.ts";

const rule =
  "issuers, ten verifiers, the store and wires fail: what was acknowledged longer ago than maxStaleness is enforced, or the verifier is stale";

whereInstalled([postgresSoftware], rule, () =>
  test(`${rule}, and at last nothing is lost; but by a verifier that does not notice gaps`, async (t) => {
    const verifiers = 10;
    const outcome = await runFaults({
      seed: 1,
      store: "postgres",
      issuers: 2,
      verifiers,
      maxStalenessMs: 2000,
      quiet: 100,
      amidFaults: 160,
      lossPercent: 20,
    });
    t.diagnostic(tableOf(outcome, verifiers));
    const { ledger, faults, sweeps } = outcome;
    const nothing = { bound: 0, effective: 0, returned: 0, lost: 0, overreach: 0 };
    assert.deepEqual(brokenIn(ledger, verifiers, "verifiers"), nothing);
    const control = brokenIn(ledger, verifiers, "control");
    assert.ok(control.bound > 0 && control.lost > 0, "the control loses what others do not");
    assert.ok(countsOf(ledger).acknowledged >= 260);
    assert.ok(countsOf(ledger).effective > 0, "some were waited for until they held everywhere");
    assert.deepEqual([...sweeps.keys()].toSorted(), ["all", "client", "key"]);
    assert.ok(faults.size > 0);
  }),
);
