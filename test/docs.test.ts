import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { problemFor, type RefusalCode, type VerifierOptions } from "@cardea/verifier";
import { problems } from "@cardea/verifier/wire";
import { createAuth, memory, signingAlgorithms } from "cardea";
import { authOptions, settingSamples } from "./docs/authOptions.ts";
import { type CommandFace, cardea, commandLinesOf, faultIn, readCommands } from "./docs/commandLine.ts";
import { type Document, firstCells, localLinks, parseDocument, readDocuments, tableRows } from "./docs/markdown.ts";
import { refusalCodes } from "./docs/refusalCodes.ts";
import { checkExamples, examplesOf, hasOddMark, runExample } from "./docs/typescript.ts";

const root = join(import.meta.dirname, "..");
const documents = readDocuments(root);
const page = (path: string): Document => {
  const found = documents.find((document) => document.path === path);
  assert.ok(found, `${path} is not there`);
  return found;
};

const folder = mkdtempSync(join(tmpdir(), "cardea-docs-"));
after(() => rmSync(folder, { recursive: true }));

describe("the examples of the documents", () => {
  const examples = examplesOf(documents);
  const toRun = examples.filter(({ block }) => block.info !== "ts");

  test("compile, all of them", async () => {
    assert.ok(examples.length > toRun.length && toRun.length > 5);
    assert.equal(await checkExamples(examples, root), "");
  });

  test("are marked `ts`, `ts run`, `ts run setup` or `ts run after setup` and nothing else", () => {
    const odd = examples.filter(hasOddMark);
    assert.deepEqual(
      odd.map(({ name }) => name),
      [],
    );
  });

  describe("run", { concurrency: 3 }, () => {
    for (const example of toRun) {
      test(example.name, async () => {
        const { code, stderr } = await runExample(example, root);
        assert.deepEqual([code, stderr], [0, ""]);
      });
    }
  });
});

describe("links", () => {
  test("lead to files and headings that are there", () => {
    const dead = documents.flatMap((document) =>
      localLinks(document)
        .filter(({ target }) => !leadsSomewhere(document.path, target))
        .map(({ target, line }) => `${document.path}:${line} ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  test("lead from the index to every page and every decision", () => {
    const linked = new Set(localLinks(page("docs/index.md")).map(({ target }) => `docs/${target}`));
    const pages = documents.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
    assert.deepEqual(
      pages.filter((path) => path !== "docs/index.md" && !linked.has(path)),
      [],
    );
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(root, path))) return false;
  if (anchor === undefined) return true;
  return parseDocument(path, readFileSync(join(root, path), "utf8")).anchors.has(anchor);
}

describe("the command line", () => {
  let commands: readonly CommandFace[];
  before(async () => {
    commands = await readCommands(root, folder);
  });

  test("every command in a document is understood, with its flags and words", () => {
    const lines = documents.flatMap((document) =>
      commandLinesOf(document).map((line) => ({ where: document.path, line, fault: faultIn(line, commands) })),
    );
    assert.ok(lines.length > 30);
    assert.deepEqual(
      lines.filter(({ fault }) => fault !== undefined),
      [],
    );
  });

  test("docs/cli.md has every command, and every flag that is no setting", () => {
    const cli = page("docs/cli.md");
    const listed = firstCells(cli, "Command line").map((usage) => usage.replaceAll("\\|", "|"));
    assert.deepEqual(
      listed,
      commands.map(({ name, words }) => [name, ...words].join(" ")),
    );
    const common = new Set(commands.find(({ name }) => name === "serve")?.flags.keys());
    const further = commands.flatMap(({ name, flags }) => {
      const own = [...flags.keys()].filter((flag) => !common.has(flag));
      return own.length === 0 ? [] : [[name, own.toSorted()]];
    });
    const documented = tableRows(cli, "Flags").map(([name = "", flags = ""]) => [
      unquoted(name),
      [...flags.matchAll(/--([a-z-]+)/g)].map(([, flag]) => flag).toSorted(),
    ]);
    assert.deepEqual(documented, further);
  });

  test("docs/configuration.md has every setting with its flag and its default", () => {
    const documented = tableRows(page("docs/configuration.md"), "Settings").map((row) => row.map(unquoted));
    const flags = commands.find(({ name }) => name === "serve")?.flags ?? new Map();
    for (const [name, flag = "", , value] of documented) {
      const stated = /\(default (.+)\)/.exec(flags.get(flag.slice(2))?.about ?? "")?.[1];
      if (stated !== undefined) assert.equal(value, stated, `the default of ${name}`);
    }
    const shown = [...flags.keys()].filter((flag) => !["config", "json", "help"].includes(flag));
    assert.deepEqual(
      documented.flatMap(([, flag = ""]) => (flag === "none" ? [] : [flag.slice(2)])),
      shown,
    );
  });

  /** The settings whose value came from their variable when these variables were set. */
  async function setBy(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const { stdout, stderr } = await cardea(["config", "print", "--json"], { root, cwd: folder, env });
    assert.equal(stderr, "");
    const { settings } = JSON.parse(stdout) as { settings: { name: string; source: string }[] };
    const documented = tableRows(page("docs/configuration.md"), "Settings").map((row) => row.map(unquoted));
    assert.deepEqual(
      settings.map(({ name }) => name),
      documented.map(([name]) => name),
    );
    return settings.flatMap(({ source }) => (source.startsWith("CARDEA_") ? [source] : []));
  }

  test("docs/configuration.md has every setting with its variable, and each documented default is valid", async () => {
    const documented = tableRows(page("docs/configuration.md"), "Settings").map((row) => row.map(unquoted));
    const variables = documented.map(([, , variable = ""]) => variable);
    const defaults = documented.flatMap(([, , variable = "", value = ""]) =>
      variable in settingSamples ? [] : [[variable, value.replace("PORT", "4000")]],
    );
    assert.ok(Object.keys(settingSamples).every((variable) => variables.includes(variable)));
    const found = [...(await setBy(Object.fromEntries(defaults))), ...(await setBy(settingSamples))];
    assert.deepEqual(found.toSorted(), variables.toSorted());
  });
});

const unquoted = (cell: string): string => cell.replaceAll("`", "");

test("ASVS-8.1.1: docs/http.md has every route, and no other", async () => {
  const auth = await createAuth({ issuer: "http://localhost:4000/auth", store: memory(), development: true });
  const routes = auth.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  await auth.close();
  const headings = page("docs/http.md").prose.flatMap((line) => /^### `(.+)`$/.exec(line)?.[1] ?? []);
  assert.deepEqual(headings.toSorted(), routes.toSorted());
});

const verifierOptions = Object.keys({
  issuer: 0,
  audience: 0,
  revocation: 0,
  credentials: 0,
  name: 0,
  keys: 0,
  opaqueTokens: 0,
  introspectionCache: 0,
  cacheSize: 0,
  clockTolerance: 0,
  maxAccessTtl: 0,
  readyTimeout: 0,
  world: 0,
} satisfies Record<keyof VerifierOptions, 0>);

describe("closed lists", () => {
  test("docs/errors.md has every problem code with its status, and no other", () => {
    const rows = tableRows(page("docs/errors.md"), "Problem codes").map((row) => row.map(unquoted));
    assert.deepEqual(
      rows.map(([code, status]) => [code, Number(status)]),
      Object.entries(problems).map(([code, { status }]) => [code, status]),
    );
  });

  test("docs/errors.md has every refusal code with the problem that it becomes, and no other", () => {
    const rows = tableRows(page("docs/errors.md"), "Refusal codes").map((row) => row.map(unquoted));
    assert.deepEqual(
      rows.map(([code, becomes]) => [code, becomes]),
      (Object.keys(refusalCodes) as RefusalCode[]).map((code) => [code, problemFor({ code, message: "" })]),
    );
  });

  test("docs/configuration.md has every option of createAuth, as a setting or as what only code can give, and no other", () => {
    const document = page("docs/configuration.md");
    const ofCommandLine = ["port", "host", "data", "log.level"];
    const settings = firstCells(document, "Settings").filter(
      (name) => !ofCommandLine.includes(name) && !name.startsWith("throttle."),
    );
    // Groups of one member stand for it in the table of what only code can give.
    const inCode = firstCells(document, "Options of createAuth").map(
      (name) =>
        new Map([
          ["sessions", "sessions.store"],
          ["revocation", "revocation.log"],
        ]).get(name) ?? name,
    );
    assert.deepEqual([...new Set([...settings, ...inCode])].toSorted(), authOptions.toSorted());
  });

  test("docs/verifier.md has every option of the verifier", () => {
    assert.deepEqual(firstCells(page("docs/verifier.md"), "Options").slice(0, verifierOptions.length), verifierOptions);
  });

  test("docs/tokens.md has every algorithm, and no other", () => {
    const cells = tableRows(page("docs/tokens.md"), "Algorithms").map(([names = ""]) => unquoted(names).split(", "));
    assert.deepEqual(cells.flat(), signingAlgorithms);
  });
});

describe("README.md", () => {
  const lines = readFileSync(join(root, "README.md"), "utf8").split("\n");
  const [first, curls] = page("README.md").blocks;

  test("begins with the two lines that start and test everything", () => {
    assert.ok(first && first.info === "sh" && first.line < 40);
    assert.deepEqual(
      first.text.split("\n").map((line) => line.replace(/ +#.*$/, "")),
      ["npm install && npm start", "npm install && npm test"],
    );
    const readByRelease = lines.slice(0, 60).find((line) => /npm (run )?test/.test(line) && line.includes("#"));
    assert.equal(readByRelease?.replace(/[ \t]+#.*$/, ""), "npm install && npm test");
  });

  test("shows the three lines that `npm start` prints", async () => {
    const printed = await greeting();
    assert.deepEqual(curls?.text.split("\n"), printed);
  });
});

/** Starts the issuer on a free port, and gives the lines that it offers for pasting, as if on the usual port. */
async function greeting(): Promise<readonly string[]> {
  const bin = join(root, "packages/server/bin/cardea.js");
  const words = ["--conditions=@cardea/source", bin, "serve", "--port", "0", "--data", join(folder, "data")];
  const server = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"], cwd: folder, env: {} });
  const ended = once(server, "exit");
  const offered: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    if (/\bcurl\b/.test(line)) offered.push(line.replaceAll(/localhost:\d+/g, "localhost:4000"));
    if (offered.length === 3) break;
  }
  server.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  return offered;
}
