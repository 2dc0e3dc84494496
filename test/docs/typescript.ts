import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block, Document } from "./markdown.ts";
import { type Outcome, runNode } from "./runCommand.ts";

/**
 * A TypeScript block of a document. Behind its fence stands `ts`, or `ts run` when it is to be run as well. A block
 * `ts run after setup` continues the one block of its page that is marked `ts run setup`.
 */
export type Example = { readonly name: string; readonly block: Block; readonly setup?: Block | undefined };

/** Every TypeScript block of the documents. */
export const examplesOf = (documents: readonly Document[]): readonly Example[] =>
  documents.flatMap(({ path, blocks }) =>
    blocks
      .filter(({ info }) => /^ts\b/.test(info))
      .map((block) => ({
        name: `${path}:${block.line}`,
        block,
        setup: block.info === "ts run after setup" ? blocks.find(({ info }) => info === "ts run setup") : undefined,
      })),
  );

/** Whether something else stands behind the fence, or a setup is meant and not there. */
export const hasOddMark = ({ block: { info }, setup }: Example): boolean =>
  setup === undefined ? !["ts", "ts run", "ts run setup"].includes(info) : info !== "ts run after setup";

/** Runs an example as a file in a folder of its own, from where the packages' names resolve. */
export const runExample = (example: Example, root: string): Promise<Outcome> =>
  inFolder(root, async (folder) => {
    const file = join(folder, fileName(example.name));
    writeFileSync(file, textOf(example));
    return runNode([file], { cwd: folder });
  });

/** Compiles all examples at once, with the options of the tests. Answers what the compiler has to say. */
export const checkExamples = (examples: readonly Example[], root: string): Promise<string> =>
  inFolder(root, async (folder) => {
    for (const example of examples) {
      writeFileSync(join(folder, fileName(example.name)), `${textOf(example)}\nexport {};\n`);
    }
    writeFileSync(join(folder, "express.d.ts"), express);
    const files = ["express.d.ts", ...examples.map(({ name }) => fileName(name))];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration(root, files)));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const { code, stdout, stderr } = await runNode([compiler, "-p", folder, "--pretty", "false"], { cwd: folder });
    return code === 0 ? "" : `${stdout}${stderr}`;
  });

/** Outside the repository, since Node does not run TypeScript below `node_modules`, but with the repository's `node_modules`. */
async function inFolder<T>(root: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-example-"));
  try {
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `docs/http.md:156` as a file of a module. */
const fileName = (name: string): string => `${name.replaceAll(/[/.:]/g, "-")}.mts`;

/** With empty lines before it, so that a fault names the line of the document. A setup stands above what needs it. */
function textOf({ block, setup }: Example): string {
  const above = setup === undefined ? "" : "\n".repeat(setup.line - 1) + setup.text;
  return above + "\n".repeat(block.line - above.split("\n").length) + block.text;
}

const configuration = (root: string, files: readonly string[]): object => ({
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    typeRoots: [join(root, "node_modules/@types")],
  },
  files,
});

/** Express is not installed here: as much of its face as the documents use. */
const express = `declare module "express" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  type Response = ServerResponse & { json(body: unknown): void };
  type Middleware = (request: IncomingMessage, response: Response, next: (fault?: unknown) => void) => void;
  type Application = {
    use(...middleware: Middleware[]): void;
    use(path: string, ...middleware: Middleware[]): void;
    get(path: string, ...handlers: Middleware[]): void;
    post(path: string, ...handlers: Middleware[]): void;
    listen(port: number): void;
  };
  const express: () => Application;
  export = express;
}
`;
