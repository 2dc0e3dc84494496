import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRepository } from "../layers/repository.ts";
import { coverageOf, coveragePage, missingIn } from "./coverage.ts";
import { areas, notCovered } from "./requirements.ts";
import { testNames } from "./testNames.ts";

const root = join(import.meta.dirname, "..", "..");
const coverage = coverageOf(testNames(readRepository(root)));
writeFileSync(join(root, "docs/security/coverage.md"), coveragePage(areas, notCovered, coverage));
const missing = missingIn(areas, coverage);
if (missing.length > 0) {
  process.stderr.write(`No test shows:\n${missing.map((row) => `  ${row}\n`).join("")}`);
  process.exitCode = 1;
}
