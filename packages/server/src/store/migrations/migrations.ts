import { ConfigurationError } from "../../refusal.ts";

/**
 * A step of a schema. Steps only go forward, each runs once, in order, and a published one is never edited: a change is a new
 * step. `breaks`: versions that do not know it cannot work with the database any more.
 */
export type Migration = { readonly name: string; readonly sql: string; readonly breaks?: true };

/**
 * A line of the table `cardea_migrations`: a step that ran, counted from 1. `oldestCompatible` is how many steps a version must
 * know to work with the database from then on.
 */
export type AppliedStep = { readonly step: number; readonly name: string; readonly oldestCompatible: number };

/** A step that is to run, with the line that records it. */
export type PendingStep = Migration & AppliedStep;

/**
 * The steps that a database still needs: of those that this version knows, the ones that did not run. None for a database that a
 * newer version brought further, as long as that keeps this one working: both run during a deploy. Throws `ConfigurationError`
 * for one that this version cannot work with.
 */
export function pendingSteps(known: readonly Migration[], applied: readonly AppliedStep[]): readonly PendingStep[] {
  refuseStranger(known, applied);
  const last = applied.at(-1);
  if (last && last.oldestCompatible > known.length) {
    throw new ConfigurationError(
      `The database is of a newer Cardea: step ${last.step}, "${last.name}", needs a version that knows ${last.oldestCompatible} steps, and this one knows ${known.length}. Start that version, or restore a backup made by this one.`,
    );
  }
  let oldestCompatible = last?.oldestCompatible ?? 1;
  return known.slice(applied.length).map((migration, index) => {
    const step = applied.length + index + 1;
    if (migration.breaks) oldestCompatible = step;
    return { ...migration, step, oldestCompatible };
  });
}

/** For whoever opens a database and may not change its schema. Throws `ConfigurationError` when steps are pending. */
export function refusePending(pending: readonly PendingStep[], database: string): void {
  if (pending.length === 0) return;
  const names = pending.map(({ name }) => `"${name}"`).join(", ");
  throw new ConfigurationError(`The schema of ${database} is behind; pending: ${names}. Run: cardea migrate`);
}

function refuseStranger(known: readonly Migration[], applied: readonly AppliedStep[]): void {
  for (const [index, { name }] of known.entries()) {
    const ran = applied[index];
    if (ran === undefined || ran.name === name) continue;
    throw new ConfigurationError(
      `The database is not of this program: its step ${ran.step} is "${ran.name}", where this Cardea has "${name}". Name another database.`,
    );
  }
}
