import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CatalogueRow, eventCatalogue } from "cardea";

/** Where the page is. */
export const eventsPagePath: string = join(import.meta.dirname, "..", "docs", "security", "events.md");

/** The page about security events, out of the catalogue that the server records by. */
export const eventsPage = (): string => `${introduction}\n\n${table(Object.entries(eventCatalogue))}\n\n${end}\n`;

const introduction = `# Security events

What Cardea writes down, in one list: the audit trail, the log of \`cardea serve\` and the hook \`onEvent\` have exactly
these. \`node tools/eventsPage.ts\` writes this page from \`eventCatalogue\`, which the package exports, and a test compares.

Every line says when (UTC), what, how it came out, who did it (an account's id, \`cli\`, \`api\`, \`system\`, or nobody known),
about whom, and from where (address, user agent, id of the request). No line holds a password, a token, a link, a key or an
email address. The id of a session is no secret: tokens hold it, and nobody gets in by it.`;

function table(rows: readonly (readonly [string, CatalogueRow])[]): string {
  const cells = rows.map(([type, { outcome, about, facts }]) => [
    `\`${type}\``,
    outcome,
    about,
    Object.keys(facts)
      .map((fact) => `\`${fact}\``)
      .join(", ") || "nothing",
  ]);
  const head = ["event", "outcome", "what happened", "with"];
  const widths = head.map((_, at) => Math.max(...[head, ...cells].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...cells.map(line)].join("\n");
}

const end = `## How it is kept

- A change is recorded in the transaction that makes it: it is in the trail, or it did not happen.
- A refusal changes nothing, so its line is written a moment later, in batches of at most a hundred or every 100 ms. An answer
  never waits for it. Of what repeats within a batch one line is kept, with \`times\`. While the store is slow ten thousand lines
  wait; what is beyond that, or what a broken store does not take, is counted and told to the log as \`audit_dropped\`.
- Lines are added and never changed. They go after \`audit.retention\` (a year by default), also those of deleted accounts.
- User agents are cut to 256 characters. What ends a line, steers a terminal or turns the direction of writing is written as
  \`\\uXXXX\`.
- Of a \`fault\` the trail has the exception's name and code. Its message goes to the log and to the hook only.`;

if (import.meta.main) writeFileSync(eventsPagePath, eventsPage());
