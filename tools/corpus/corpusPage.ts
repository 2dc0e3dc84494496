import type { Peer } from "./peers/peer.ts";
import type { MeasuredCase, MeasuredFile, Verdict } from "./verdicts.ts";

type Column = Pick<Peer, "name" | "setup"> & { readonly version: string };

const headings: Readonly<Record<string, string>> = {
  controls: "Controls",
  form: "Form",
  header: "Header",
  algorithm: "Algorithm confusion",
  signature: "Signature",
  payload: "Payload",
  claims: "Claims and time",
  badKeys: "Keys",
};

/** The page about the corpus: a summary, then a row for each case. */
export const corpusPage = (files: readonly MeasuredFile[], columns: readonly Column[]): string =>
  `${[introduction(files), summary(files, columns), setup(files, columns), ...files.map((file) => section(file, columns))].join("\n\n")}\n`;

function introduction(files: readonly MeasuredFile[]): string {
  const [controls, ...bad] = files;
  const count = bad.reduce((sum, { cases }) => sum + cases.length, 0);
  return `# The corpus of bad tokens

\`@cardea/jwt\` comes with ${count} bad tokens and keys, and ${controls?.cases.length ?? 0} good ones, in
[packages/jwt/corpus](../packages/jwt/corpus/README.md). Each is a case in a JSON file, and any library can be run
against it. This page says what five libraries make of the cases. \`npm run corpus:peers\` writes it, and a test runs
the same measurement and compares.`;
}

function summary(files: readonly MeasuredFile[], columns: readonly Column[]): string {
  const [controls, ...bad] = files;
  const counted = (title: string, cases: readonly MeasuredCase[], isWrong: (verdict: string) => boolean) => [
    title,
    ...columns.map((_, at) => wrongOf(cases, at, isWrong)),
  ];
  const isAccepted = (verdict: string): boolean => verdict === "accepted";
  const rows = [
    ...bad.map(({ kind, cases }) => counted(headings[kind] ?? kind, cases, isAccepted)),
    counted(
      "bad ones accepted",
      bad.flatMap(({ cases }) => cases),
      isAccepted,
    ),
    counted("good ones refused", controls?.cases ?? [], (verdict) => !isAccepted(verdict)),
  ];
  return `## Summary

How many of the bad cases each library accepts, of those that apply to it. The last row is the other way round.

${table(["kind", ...columns.map(({ name, version }) => `${name} ${version}`)], rows)}

Not every case is a way in. Most are tokens that two programs may read differently, or that an issuer's bug lets loose;
those under \`bad_signature\`, \`wrong_algorithm\`, \`wrong_audience\`, \`expired\` and the like are.`;
}

function wrongOf(cases: readonly MeasuredCase[], at: number, isWrong: (verdict: string) => boolean): string {
  const verdicts = cases.flatMap(({ verdicts }) => verdicts[at] ?? []).filter(({ verdict }) => verdict !== "excused");
  return `${verdicts.filter(({ verdict }) => isWrong(verdict)).length} of ${verdicts.length}`;
}

const setup = (files: readonly MeasuredFile[], columns: readonly Column[]): string => `## How each was set up

Every library was told all that the case's policy says and it has an option for: issuer, audience, the algorithm of the
key, the type of the token, the claims that must be there, the time. Where it has no such option it is counted as
accepting what it accepts. Where a case is not its business at all, the cell is – and the case is not counted.
For bad keys the question is whether a token comes through: a library that takes the key and then refuses the token has
refused. All of it ran on Node ${process.versions.node} with OpenSSL ${process.versions.openssl}, on which every library here rests. An older
OpenSSL lets more through; that of Node 20, for one, takes Ed25519 keys of small order.

${columns.map((column, at) => `- **${column.name}**: ${column.setup}.${excusesOf(files, at)}`).join("\n")}

| mark | meaning                                                                                           |
| ---- | ------------------------------------------------------------------------------------------------- |
| ✓    | right: a bad case is refused, a good one accepted                                                 |
| ✓!   | refused, by an error that is not one of the library's own, such as a \`SyntaxError\` of the runtime |
| ✗    | wrong: a bad case is accepted, a good one refused                                                 |
| –    | does not apply                                                                                    |`;

function excusesOf(files: readonly MeasuredFile[], at: number): string {
  const whys = files
    .flatMap(({ cases }) => cases)
    .flatMap(({ verdicts }) => verdicts[at] ?? [])
    .flatMap((verdict) => (verdict.verdict === "excused" ? [verdict.why] : []));
  const unique = [...new Set(whys)];
  return unique.length === 0 ? "" : ` Cells are – where it ${unique.join(", or ")}.`;
}

function section({ kind, about, cases }: MeasuredFile, columns: readonly Column[]): string {
  const rows = cases.map(({ id, title, reason, expected, verdicts }) => [
    `\`${id}\``,
    asCell(title),
    reason,
    `\`${expected}\``,
    ...verdicts.map((verdict) => mark(verdict, expected)),
  ]);
  return `## ${headings[kind] ?? kind}

${about} The cases are in [${kind}.json](../packages/jwt/corpus/${kind}.json).

${table(["case", "what it is", "why", "expected", ...columns.map(({ name }) => name)], rows)}`;
}

/** What stands in quotes, and names that Markdown would take for emphasis, as code. */
const asCell = (title: string): string =>
  title.replaceAll(/"[^"]*"|__\w+__/g, (code) => `\`${code}\``).replaceAll("|", "\\|");

function mark({ verdict }: Verdict, expected: string): string {
  if (verdict === "excused") return "–";
  const isRight = (verdict === "accepted") === (expected === "accepted");
  if (!isRight) return "✗";
  return verdict === "crashed" ? "✓!" : "✓";
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(3, ...[head, ...rows].map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}
