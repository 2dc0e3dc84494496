import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { corpusRows } from "./corpus.ts";
import { exchangeRows } from "./exchange.ts";
import { mutationRows } from "./mutations.ts";
import { type Name, names } from "./row.ts";
import { vectorRows } from "./vectors.ts";

/**
 * Second half: judges the tokens that every runtime signed, thousands of spoilt ones, the examples of the RFCs and the
 * corpus. The command line names the file for the answers, the file of all tokens and the algorithms that are absent.
 */
const [, , answersFile, tokensFile, absentNames] = process.argv.map(String);
const signed: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(tokensFile ?? "", "utf8"),
);
const present: readonly Name[] = names.filter((alg) => !absentNames?.split(",").includes(alg));

const rows = [
  ...vectorRows(present),
  ...corpusRows(present),
  ...exchangeRows(signed, present),
  ...mutationRows(present),
];
writeFileSync(answersFile ?? "", JSON.stringify(rows));
