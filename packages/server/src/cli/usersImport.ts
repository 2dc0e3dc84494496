import { once } from "node:events";
import { createReadStream } from "node:fs";
import { createJournal } from "../audit/journal.ts";
import { noEvent } from "../event.ts";
import { checkedFields } from "../flows/fields.ts";
import { type ImportOutcome, importAccounts } from "../people/importAccounts.ts";
import { noRequest } from "../requestContext.ts";
import type { Store } from "../store/ports.ts";
import { realWorld } from "../world.ts";
import type { Command } from "./command.ts";
import { readConfiguration } from "./configuration.ts";
import { print, table } from "./output.ts";
import { createProgress } from "./progress.ts";
import { settingFlags } from "./settings.ts";
import { systemFault } from "./systemFault.ts";
import { withAuth } from "./withAuth.ts";

/** `users import`: accounts with the password hashes of another system. Lines that do not fit are told and left out; none is written in part. */
export const usersImport: Command = {
  name: "users import",
  about: "Imports users with their password hashes from a file of JSON lines",
  words: ["FILE|-"],
  flags: settingFlags,
  run: async (given) => {
    const { checked } = await readConfiguration(given);
    const [file = "-"] = given.words;
    // First of all: a file that is misspelt must not leave an empty store behind.
    const input = await openInput(file);
    const result = await withAuth(given, async (_, store) => {
      const parts = {
        people: store.people,
        world: realWorld,
        keys: checked.passwords,
        checkFields: (fields: Readonly<Record<string, unknown>>) =>
          checkedFields(fields, { fields: checked.accounts.fields }),
      };
      const counted = await count(linesOf(input, file), (rows) => importAccounts(rows, parts));
      if (counted.imported > 0) await record(store, counted.imported);
      return counted;
    });
    print(given.is("json"), result, () => summary(result));
    return result.refused.length === 0 ? 0 : 1;
  },
};

type Counted = {
  readonly imported: number;
  readonly taken: number;
  readonly refused: readonly { readonly line: number; readonly reason: string; readonly detail: string }[];
};

/** Runs the lines of a file through an import, of which each row has one outcome, in the same order. Empty lines are passed over. */
async function count(
  lines: AsyncIterable<string>,
  outcomesOf: (rows: AsyncIterable<unknown>) => AsyncIterable<ImportOutcome>,
): Promise<Counted> {
  const progress = createProgress();
  const refused: Counted["refused"][number][] = [];
  let line = 0;
  let imported = 0;
  let taken = 0;
  async function* rows(): AsyncGenerator<unknown> {
    for await (const text of lines) {
      line += 1;
      if (text.trim() !== "") yield fromJson(text);
    }
  }
  for await (const outcome of outcomesOf(rows())) {
    if (outcome.outcome === "imported") imported += 1;
    else if (outcome.outcome === "taken") taken += 1;
    else refused.push({ line, reason: outcome.reason, detail: outcome.detail });
    if (line % 100 === 0)
      progress.show(`${line} lines: ${imported} imported, ${taken} taken, ${refused.length} refused`);
  }
  progress.end();
  return { imported, taken, refused };
}

/** A file whose beginning was read, or standard input. Throws in words when the file cannot be read. */
async function openInput(file: string): Promise<AsyncIterable<string>> {
  if (file === "-") return process.stdin.setEncoding("utf8");
  const input = createReadStream(file, { encoding: "utf8" });
  try {
    await once(input, "readable");
  } catch (error) {
    throw new Error(systemFault(error, file));
  }
  return input;
}

/** Throws in words when the file cannot be read on. */
async function* linesOf(input: AsyncIterable<string>, file: string): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of input) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    throw new Error(systemFault(error, file));
  }
  yield rest;
}

/** What is no JSON is no row either; the import says so. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

async function record(store: Store, count: number): Promise<void> {
  const journal = createJournal({ store: store.audit, world: realWorld, onEvent: noEvent });
  await store.audit.append([journal.record({ type: "accounts_imported", count }, noRequest, "cli")]);
}

function summary({ imported, taken, refused }: Counted): string {
  const counts = `Imported ${imported}; ${taken} had an account already; ${refused.length} refused.`;
  if (refused.length === 0) return counts;
  const rows = refused.map(({ line, reason, detail }) => [String(line), reason, detail]);
  return `${counts}\n${table(["LINE", "REASON", "DETAIL"], rows, "")}`;
}
