import { join } from "node:path";
import { countBun, countDeno, countTap, type Tally } from "./tally.ts";

/** A runtime that the built package runs on. */
export type Runtime = {
  readonly name: string;
  readonly program: string;
  /** How it runs one JavaScript file; the file's name follows. */
  readonly run: readonly string[];
  /** How it runs test files, whose names follow, and how its report is counted. Left out: the verdicts are all it gives. */
  readonly test?: { readonly parameters: readonly string[]; readonly count: (report: string) => Tally };
  /** Algorithms that its node:crypto does not have. Keys of these must be refused with an error that says so. */
  readonly lacks: readonly string[];
};

const mlDsa = ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];

const installed = (...path: readonly string[]): string => join(import.meta.dirname, "node_modules", ...path);
const node = (folder: string): string => installed(folder, "bin", "node");

const nodeTest = { parameters: ["--test", "--test-reporter=tap"], count: countTap };

/** What the others are compared with: the Node that runs this, which is the one of the workspace. */
export const reference: Runtime = {
  name: "Node 24",
  program: process.execPath,
  run: [],
  test: nodeTest,
  lacks: [],
};

/** All of them. Node 20.0.0 is the oldest that `engines` of the package allows; it has no crypto.hash. */
export const runtimes: readonly Runtime[] = [
  {
    name: "Deno",
    program: installed(".bin", "deno"),
    run: ["run", "--allow-all", "--no-check"],
    test: { parameters: ["test", "--allow-all", "--no-check"], count: countDeno },
    lacks: mlDsa,
  },
  { name: "Node 20.0", program: node("node20.0"), run: [], test: nodeTest, lacks: mlDsa },
  { name: "Node 20", program: node("node20"), run: [], test: nodeTest, lacks: mlDsa },
  { name: "Node 22", program: node("node22"), run: [], lacks: mlDsa },
  reference,
  { name: "Node 26", program: node("node26"), run: [], test: nodeTest, lacks: [] },
  {
    name: "Bun",
    program: installed(".bin", "bun"),
    run: ["run"],
    test: { parameters: ["test", "--timeout=60000"], count: countBun },
    lacks: ["ES256K"],
  },
];
