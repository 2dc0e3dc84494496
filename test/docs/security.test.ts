import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Duration, parseDuration } from "@cardea/verifier";
import { type Auth, type AuthOptions, createAuth, memory } from "cardea";
import { cardea } from "./commandLine.ts";
import { parseDocument, tableRows } from "./markdown.ts";

const root = join(import.meta.dirname, "../..");
const rowsOf = (path: string, heading: string): readonly (readonly string[])[] =>
  tableRows(parseDocument(path, readFileSync(join(root, path), "utf8")), heading).map((row) =>
    row.map((cell) => cell.replaceAll("`", "")),
  );
const open = (options: Partial<AuthOptions> = {}): Promise<Auth> =>
  createAuth({ issuer: "http://localhost:4000/auth", store: memory(), ...options });

describe("the manual's list of the ways in", () => {
  let auth: Auth;
  before(async () => {
    auth = await open();
  });
  after(() => auth.close());

  const proofs = /password|token|secret|code|link/;
  const handsOut = (schema: unknown): boolean => JSON.stringify(schema).includes('"access_token"');
  const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`;

  test("ASVS-6.1.3: has each route that takes a proof of who one is, and no other", async () => {
    const { paths } = Object((await documentOf(auth)) ?? {});
    const taking = auth.routes.filter(({ method, path, guard, body }) => {
      if (body === "none" || guard === "service" || path === "/sign-up") return false;
      const operation = Object(Object(paths)[path])[method.toLowerCase()];
      const members = Object.keys(schemaOf(operation));
      return members.some((member) => proofs.test(member));
    });
    const documented = rowsOf("docs/security/authentication.md", "What proves something").map(([route]) => route);
    assert.deepEqual(documented.toSorted(), taking.map(nameOf).toSorted());

    function schemaOf(operation: unknown): object {
      const content = Object(Object(Object(operation).requestBody).content)["application/json"];
      return Object(Object(Object(content).schema).properties);
    }
  });

  test("ASVS-6.3.4: has each route that hands out a token, and no other", async () => {
    const { paths, components } = Object((await documentOf(auth)) ?? {});
    const holding = Object.entries(Object(components.schemas)).flatMap(([name, schema]) =>
      handsOut(schema) ? [name] : [],
    );
    const giving = auth.routes.filter(({ method, path }) => {
      const operation = Object(Object(paths)[path])[method.toLowerCase()];
      const answers = JSON.stringify(Object(operation).responses ?? {});
      return handsOut(answers) || holding.some((name) => answers.includes(`"#/components/schemas/${name}"`));
    });
    const documented = rowsOf("docs/security/authentication.md", "What hands out tokens").map(([route]) => route);
    assert.ok(giving.length > 0);
    assert.deepEqual(documented.toSorted(), giving.map(nameOf).toSorted());
  });
});

async function documentOf(auth: Auth): Promise<unknown> {
  return (await auth.fetch(new Request("http://localhost:4000/auth/openapi.json"))).json();
}

describe("numbers in the manual", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-numbers-"));
  after(() => rmSync(folder, { recursive: true }));
  let defaults: ReadonlyMap<string, string>;
  before(async () => {
    const { stdout } = await cardea(["config", "print", "--json"], { root, cwd: folder });
    const { settings } = JSON.parse(stdout) as { settings: readonly { name: string; value: unknown }[] };
    defaults = new Map(settings.map(({ name, value }) => [name, String(value)]));
  });

  test("ASVS-7.1.1: the ends of sessions are the defaults, and the presets are NIST's bounds to the second", async () => {
    const path = "docs/sessions.md";
    const documented = rowsOf(path, "Ends").filter(([, name = ""]) => name.includes("."));
    assert.deepEqual(
      documented.map(([, name = "", value]) => [name, value]),
      ["session.idle", "session.absolute", "access.ttl"].map((name) => [name, defaults.get(name)]),
    );
    const presets = rowsOf(path, "Ends").filter(([name = ""]) => name.startsWith("aal"));
    assert.deepEqual(
      presets.map(([name]) => name),
      ["aal1", "aal2", "aal3"],
    );
    for (const [preset, idle = "", absolute = ""] of presets) {
      const ends = { idle: idle as Duration, absolute: absolute as Duration };
      await (await open({ session: { preset: preset as "aal1", ...ends } })).close();
      for (const end of ["idle", "absolute"] as const) {
        const longer: Duration = `${parseDuration(ends[end]) / 1000 + 1}s`;
        await assert.rejects(open({ session: { preset: preset as "aal1", [end]: longer } }), /allows at most/);
      }
    }
    assert.match(readFileSync(join(root, path), "utf8"), /Why the defaults depart from NIST/);
  });

  test("ASVS-7.1.2: the most sessions of an account are the default, and what happens beyond is said", () => {
    const text = readFileSync(join(root, "docs/sessions.md"), "utf8");
    assert.ok(text.includes(`at most \`session.max\` sessions (${defaults.get("session.max")} by default)`));
    assert.match(text, /it ends the session that was used least\s+recently/);
  });

  test("ASVS-15.1.3: what hashing may cost is bounded by settings that are there", () => {
    const rows = rowsOf("docs/passwords.md", "What hashing may cost");
    assert.ok(rows.length >= 6);
    const named = rows.flatMap(([, setting = ""]) => setting.match(/passwords\.\w+/g) ?? []);
    assert.deepEqual(
      new Set(named),
      new Set(["workers", "memoryKiB", "maxQueue", "maxWait"].map((name) => `passwords.${name}`)),
    );
    for (const name of named) assert.ok(defaults.has(name));
    assert.ok(rows.some(([, setting = ""]) => setting.includes(`(${defaults.get("passwords.maxWait")})`)));
  });

  test("ASVS-11.1.1: how keys live is what the settings say", () => {
    const rows = rowsOf("docs/keys.md", "Keys").slice(0, 4);
    assert.deepEqual(
      rows.map(([name = "", value]) => [name, value]),
      ["keys.alg", "keys.publishAhead", "keys.rotateEvery", "keys.verifyFor"].map((name) => [name, defaults.get(name)]),
    );
  });
});
