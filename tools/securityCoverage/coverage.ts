import type { Area, NotCovered } from "./requirement.ts";
import { idsIn, type TestName } from "./testNames.ts";

/** For each id the tests that carry it. */
export type Coverage = ReadonlyMap<string, readonly TestName[]>;

/** Which tests show what. */
export function coverageOf(names: readonly TestName[]): Coverage {
  const pairs = names.flatMap((test) => [...new Set(idsIn(test.name))].map((id) => ({ id, test })));
  const byId = Map.groupBy(pairs, ({ id }) => id);
  return new Map([...byId].map(([id, found]) => [id, found.map(({ test }) => test)]));
}

/** The requirements that no test shows, as `id: requirement`. */
export const missingIn = (areas: readonly Area[], coverage: Coverage): readonly string[] =>
  areas.flatMap(({ requirements }) =>
    requirements.filter(([id]) => !coverage.has(id)).map(([id, requirement]) => `${id}: ${requirement}`),
  );

/** Ids that stand in names of tests and in no requirement: misspelt, or not written down yet. */
export function unknownIn(areas: readonly Area[], coverage: Coverage): readonly string[] {
  const known = new Set(areas.flatMap(({ requirements }) => requirements.map(([id]) => id)));
  return [...coverage.keys()].filter((id) => !known.has(id));
}

/** The page: a table for each area, and what is left out. */
export const coveragePage = (areas: readonly Area[], left: readonly NotCovered[], coverage: Coverage): string =>
  `${[introduction(areas, coverage), ...areas.map((area) => section(area, coverage)), leftOut(left)].join("\n\n")}\n`;

function introduction(areas: readonly Area[], coverage: Coverage): string {
  const ids = areas.flatMap(({ requirements }) => requirements.map(([id]) => id));
  const tests = new Set(ids.flatMap((id) => coverage.get(id) ?? []));
  return `# What the tests show

${ids.length} requirements and attacks, in our words, and the ${tests.size} tests and groups of tests whose names carry their ids. \`npm run
security:coverage\` writes this page; a test fails when it is out of date, or when a row has no test. What a name fills in
as it runs is written as "…".

| ids           | from                                                                        |
| ------------- | --------------------------------------------------------------------------- |
| ASVS          | OWASP Application Security Verification Standard 5.0                        |
| NIST          | NIST SP 800-63B-4: P passwords, R guessing, S sessions                      |
| JWT           | RFC 8725 and its revision, by our numbering                                 |
| OA            | RFC 9700, the parts that hold for a first-party issuer                      |
| CS, CB        | OWASP cheat sheets; the Copenhagen Book                                     |
| J, L, S, R    | our list of attacks: tokens, sign-in, sessions, resets and pages            |
| H, F, A       | our list of attacks: HTTP, faults, administration                           |`;
}

function section({ area, requirements }: Area, coverage: Coverage): string {
  const rows = requirements.map(([id, requirement]) => `| ${id} | ${requirement} | ${testsOf(id, coverage)} |`);
  return [`## ${area}`, "", "| id | requirement | tests |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Each file once, with its tests. */
function testsOf(id: string, coverage: Coverage): string {
  const byFile = Map.groupBy(coverage.get(id) ?? [], ({ path }) => path);
  return [...byFile]
    .map(([path, tests]) => `\`${path}\`: ${[...new Set(tests.map(({ name }) => cell(name)))].join("; ")}`)
    .join("<br>");
}

const cell = (name: string): string =>
  name
    .replace(/^(?:[A-Z]+-[\w.]+[:,]? )+/, "")
    .replaceAll("\\", "\\\\")
    .replaceAll("|", "\\|")
    .replaceAll(/[<>*_`[\]]/g, (mark) => `\\${mark}`);

const leftOut = (rows: readonly NotCovered[]): string =>
  [
    "## Not covered, and why",
    "",
    "| ids | subject | why |",
    "| --- | --- | --- |",
    ...rows.map(([ids, subject, why]) => `| ${ids} | ${subject} | ${why} |`),
  ].join("\n");
