import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, twoAtATime } from "./execute.ts";
import { type Runtime, reference } from "./runtimes.ts";
import type { Row } from "./verdicts/row.ts";

/** Every answer of one runtime. */
export type Judgement = {
  readonly runtime: Runtime;
  readonly absent: readonly string[];
  /** What it said to keys of the absent algorithms. */
  readonly refusals: readonly string[];
  readonly rows: readonly Row[];
  /** Of the answers that do not depend on an algorithm which some runtime lacks. */
  readonly digest: string;
};

type Signed = Pick<Judgement, "absent" | "refusals" | "rows"> & { readonly tokens: Readonly<Record<string, string>> };

/** Lets every runtime sign, then judge what all of them signed. */
export async function judgeEverywhere(room: string, runtimes: readonly Runtime[]): Promise<readonly Judgement[]> {
  mkdirSync(join(room, "answers"));
  const signed = await twoAtATime(runtimes, (runtime) => ask<Signed>(room, runtime, "sign"));
  const tokens = runtimes.map(({ name }, index) => [name, signed[index]?.tokens ?? {}]);
  const tokensFile = join(room, "answers", "tokens.json");
  writeFileSync(tokensFile, JSON.stringify(Object.fromEntries(tokens)));
  const rare = new Set(runtimes.flatMap(({ lacks }) => lacks));
  const pairs = runtimes.map((runtime, index) => ({ runtime, absent: signed[index]?.absent ?? [] }));
  const judged = await twoAtATime(pairs, ({ runtime, absent }) =>
    ask<readonly Row[]>(room, runtime, "judge", tokensFile, absent.join()),
  );
  return runtimes.map((runtime, index) => {
    const { absent = [], refusals = [], rows: first = [] } = signed[index] ?? {};
    const rows = [...first, ...(judged[index] ?? [])];
    const everywhere = rows.filter(({ about }) => !about.some((alg) => rare.has(alg)));
    return { runtime, absent, refusals, rows, digest: digestOf(everywhere) };
  });
}

async function ask<T>(room: string, runtime: Runtime, program: string, ...parameters: readonly string[]): Promise<T> {
  const answers = join(room, "answers", `${program} ${runtime.name}.json`);
  const file = join(room, "tools", "runtimes", "verdicts", `${program}.js`);
  const { code, output } = await execute(runtime.program, [...runtime.run, file, answers, ...parameters], room);
  if (code !== 0) throw new Error(`${program} on ${runtime.name} ended with ${code}\n${output}`);
  return JSON.parse(readFileSync(answers, "utf8"));
}

function digestOf(rows: readonly Row[]): string {
  const lines = rows.map(({ id, verdict }) => `${id}\t${verdict}\n`);
  return createHash("sha256").update(lines.join("")).digest("hex").slice(0, 16);
}

/** What is wrong with the answers: of one runtime by itself, and compared with those of the reference. */
export function faultsOf(judgements: readonly Judgement[]): readonly string[] {
  const standard = judgements.find(({ runtime }) => runtime === reference);
  if (standard === undefined) throw new Error("nothing to compare with");
  return judgements.flatMap((judgement) =>
    [...wrongAnswers(judgement), ...wrongAbsences(judgement), ...differences(judgement, standard)].map(
      (fault) => `${judgement.runtime.name}: ${fault}`,
    ),
  );
}

const wrongAnswers = ({ rows }: Judgement): readonly string[] =>
  rows.filter(({ isRight }) => isRight === false).map(({ id, verdict }) => `${id}: should not be ${shown(verdict)}`);

/** An algorithm is absent where runtimes.ts says so, there alone, and with an error that says it. */
function wrongAbsences({ runtime, absent, refusals }: Judgement): readonly string[] {
  const due = runtime.lacks.join();
  return [
    ...(absent.join() === due ? [] : [`lacks ${absent.join() || "nothing"}; runtimes.ts says ${due || "nothing"}`]),
    ...refusals.filter((refusal) => !clear.test(refusal)).map((refusal) => `an unclear refusal: ${shown(refusal)}`),
  ];
}

const clear = /^TypeError: \w+: this runtime's node:crypto has no (?:ES256K|ML-DSA-\d\d); take another algorithm/;

/** Both ways, so that an answer which is missing on one side is seen as well. */
function differences({ runtime, rows }: Judgement, standard: Judgement): readonly string[] {
  const own = new Map(rows.map(({ id, verdict }) => [id, verdict]));
  const others = new Map(standard.rows.map(({ id, verdict }) => [id, verdict]));
  const due = standard.rows
    .filter(({ about }) => !about.some((alg) => runtime.lacks.includes(alg)))
    .map(({ id }) => id);
  return [...new Set([...due, ...own.keys()])]
    .filter((id) => own.get(id) !== others.get(id))
    .map((id) => `${id}: ${shown(own.get(id))}, but ${standard.runtime.name} says ${shown(others.get(id))}`);
}

const shown = (text = "nothing"): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
