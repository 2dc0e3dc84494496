import type { MigrationStatus, StoreFactory } from "../store/ports.ts";
import { realWorld } from "../world.ts";
import { type Command, UsageError } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";

/** `migrate`: brings the store's schema up to date, or shows how far it is. */
export const migrate: Command = {
  name: "migrate",
  about: "Brings the store's schema up to date",
  words: [],
  flags: {
    ...settingFlags,
    status: { type: "boolean", about: "show which steps ran and which are pending, and change nothing" },
    print: { type: "boolean", about: "print the SQL of the pending steps, and change nothing" },
  },
  run: async (given) => {
    if (given.is("status") && given.is("print"))
      throw new UsageError("cardea migrate takes --status or --print, not both.");
    const { store } = (await readConfiguration(given)).checked;
    const status = await store.migrations?.();
    if (!status)
      print(given.is("json"), { store: store.name, steps: [] }, () => `The store ${store.name} has no schema.`);
    else if (given.is("status")) showStatus(given.is("json"), store, status);
    else if (given.is("print")) showSql(given.is("json"), store, status);
    else await apply(given.is("json"), store, status);
    return 0;
  },
};

/** Whatever is pending when the lock is there runs; what was pending before is what this run is told of. */
async function apply(json: boolean, store: StoreFactory, status: MigrationStatus): Promise<void> {
  await (await store.open(realWorld, { migrate: true })).close();
  const ran = pendingOf(status).map(({ name }) => name);
  print(json, { store: store.name, ran }, () =>
    ran.length === 0
      ? `The schema of ${store.name} is up to date.`
      : [`The schema of ${store.name} is up to date now. Ran:`, ...ran.map((name) => `  ${name}`)].join("\n"),
  );
}

function showStatus(json: boolean, { name: store }: StoreFactory, { applied, steps }: MigrationStatus): void {
  const shown = steps.map(({ name }, index) => ({ step: index + 1, name, applied: index < applied }));
  print(json, { store, steps: shown }, () =>
    table(
      ["STEP", "STATE", "NAME"],
      shown.map(({ step, name, applied: ran }) => [String(step), ran ? "applied" : "pending", name]),
      "No steps.",
    ),
  );
}

function showSql(json: boolean, { name: store }: StoreFactory, status: MigrationStatus): void {
  const pending = pendingOf(status).map(({ name, sql }) => ({ name, sql }));
  print(json, { store, pending }, () =>
    pending.length === 0
      ? "-- Nothing is pending."
      : pending.map(({ name, sql }) => `-- ${name}\n${sql.trim().replaceAll(/^ {2}/gm, "")}`).join("\n\n"),
  );
}

const pendingOf = ({ applied, steps }: MigrationStatus): MigrationStatus["steps"] => steps.slice(applied);
