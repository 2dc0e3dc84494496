import { parseArgs } from "node:util";
import { type Backup, postgresBackup, sqliteBackup } from "./support/backups.ts";
import { columnOf, markdownOf } from "./support/documentTable.ts";
import { brokenIn, countsOf, lagsOf, tableOf } from "./support/figures.ts";
import { type GoingOn, restoreAndJudge } from "./support/restoring.ts";
import { type RunSetting, runFaults } from "./support/run.ts";

// Revokes while things go wrong, and says what came of it: `npm run test:faults`; with `-- --long` ten thousand revocations on Postgres; with
// `--store redis` on that alone.
const { values } = parseArgs({
  options: { long: { type: "boolean" }, seed: { type: "string", default: "1" }, store: { type: "string" } },
});
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const seed = Number(values.seed);
const common = { seed, issuers: 2, maxStalenessMs: 1000, onProgress: say };

const runs: readonly { readonly name: string; readonly setting: RunSetting }[] = [
  {
    name: "Postgres",
    setting: values.long
      ? { ...common, store: "postgres", verifiers: 10, quiet: 600, amidFaults: 10_000, lossPercent: 5 }
      : { ...common, store: "postgres", verifiers: 10, quiet: 200, amidFaults: 400, lossPercent: 20 },
  },
  {
    name: "SQLite",
    setting: values.long
      ? { ...common, store: "sqlite", verifiers: 10, quiet: 300, amidFaults: 1500, lossPercent: 20 }
      : { ...common, store: "sqlite", verifiers: 6, quiet: 100, amidFaults: 200, lossPercent: 20 },
  },
  {
    name: "Redis over Postgres",
    setting: values.long
      ? { ...common, store: "redis", verifiers: 6, quiet: 200, amidFaults: 1000, lossPercent: 5 }
      : { ...common, store: "redis", verifiers: 4, quiet: 50, amidFaults: 100, lossPercent: 20 },
  },
];

if (values.store && !runs.some(({ setting }) => setting.store === values.store))
  throw new TypeError("--store is one of postgres, sqlite and redis.");

const startedAt = performance.now();
const results: object[] = [];
const table: string[][] = [];
for (const { name, setting } of runs.filter(({ setting }) => setting.store === (values.store ?? setting.store))) {
  const { verifiers } = setting;
  say(`\n${setting.issuers} issuers on ${name}, ${verifiers} verifiers and the control; seed ${seed}`);
  const outcome = await runFaults(setting);
  say(tableOf(outcome, verifiers));
  const { ledger, faults, sweeps } = outcome;
  const broken = brokenIn(ledger, verifiers, "verifiers");
  const control = brokenIn(ledger, verifiers, "control");
  const isAsItMustBe = Object.values(broken).every((count) => count === 0) && control.bound > 0 && control.lost > 0;
  judge(isAsItMustBe);
  table.push([name, ...columnOf(outcome, verifiers)]);
  results.push({
    name,
    isAsItMustBe,
    ...countsOf(ledger),
    broken,
    control,
    faults: Object.fromEntries(faults),
    sweeps: Object.fromEntries(sweeps),
    said: Object.fromEntries(ledger.said),
    lags: lagsOf(ledger, verifiers),
    seconds: Math.round(outcome.seconds),
  });
}

const backups: readonly (readonly [Backup, string, GoingOn])[] = [
  [sqliteBackup("beside the note"), "An older copy of a SQLite file", "verifiers"],
  [postgresBackup("recovery"), "Postgres after a recovery", "verifiers"],
  [postgresBackup("snapshot"), "Postgres set back, and verifiers know better", "verifiers"],
  [postgresBackup("snapshot"), "Postgres set back, and issuers know better", "everybody"],
];
for (const [backup, name, goingOn] of values.long && !values.store ? backups : []) {
  say(`\n${name}`);
  const { said, isAsItMustBe } = await restoreAndJudge(backup, { before: 100, lost: 200, alive: 100, goingOn });
  say(said);
  judge(isAsItMustBe);
  results.push({ name, isAsItMustBe, said });
}

say(`\n${markdownOf(table)}\n\nIn all ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes.`);
say(JSON.stringify({ seed, results }));

function judge(isAsItMustBe: boolean): void {
  if (!isAsItMustBe) process.exitCode = 1;
  say(isAsItMustBe ? "As it must be." : "FAILED");
}
