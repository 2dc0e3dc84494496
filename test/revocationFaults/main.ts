import { parseArgs } from "node:util";
import { brokenIn, lagsOf, tableOf } from "./support/figures.ts";
import { type Outcome, type RunSetting, runFaults } from "./support/run.ts";

// Revokes while things go wrong, and says what came of it: `npm run test:faults`; with `-- --long` ten thousand revocations on Postgres.
const { values } = parseArgs({ options: { long: { type: "boolean" }, seed: { type: "string", default: "1" } } });
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const seed = Number(values.seed);
const common = { seed, issuers: 2, verifiers: 6, maxStalenessMs: 2000, onProgress: say };

type Run = { readonly name: string; readonly mustLose: boolean; readonly setting: RunSetting };
const amidFaults = values.long ? 10_000 : 600;
const runs: readonly Run[] = [
  {
    name: "two issuers on Postgres, six verifiers",
    mustLose: false,
    setting: { ...common, store: "postgres", quiet: 300, amidFaults, lossPercent: 5 },
  },
  {
    name: "two issuers on one SQLite file, six verifiers",
    mustLose: false,
    setting: { ...common, store: "sqlite", quiet: 100, amidFaults: values.long ? 2000 : 300, lossPercent: 20 },
  },
  {
    name: "the control: frames are lost, and verifiers do not notice gaps",
    mustLose: true,
    setting: { ...common, store: "sqlite", quiet: 100, amidFaults: 300, lossPercent: 20, isControl: true },
  },
];

const results: object[] = [];
for (const { name, mustLose, setting } of runs) {
  say(`\n${name}; seed ${seed}`);
  const outcome = await runFaults(setting);
  say(tableOf(outcome, setting.verifiers));
  const isAsExpected = outcome.ledger.violations.length > 0 === mustLose;
  if (!isAsExpected) process.exitCode = 1;
  say(isAsExpected ? "As it must be." : "FAILED");
  results.push(resultOf({ name, mustLose, setting }, outcome, isAsExpected));
}
say(JSON.stringify({ seed, results }));

function resultOf({ name, setting }: Run, outcome: Outcome, isAsExpected: boolean): object {
  return {
    name,
    isAsExpected,
    acknowledged: outcome.acknowledged,
    effective: outcome.effective,
    broken: brokenIn(outcome.ledger),
    faults: Object.fromEntries(outcome.faults),
    said: Object.fromEntries(outcome.ledger.said),
    lags: lagsOf(outcome.ledger, setting.verifiers),
    seconds: Math.round(outcome.seconds),
  };
}
