import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openStage } from "#browser/stage.ts";
import { newVisitor, signInElsewhere } from "#browser/visitor.ts";
import { type Software, whereInstalled } from "#servers/software.ts";
import { closing } from "../support/closing.ts";
import { listen } from "../support/listen.ts";

const wapitiSoftware: Software = {
  name: "Wapiti",
  package: "wapiti",
  isInstalled: () => existsSync("/usr/bin/wapiti"),
};

/** What Wapiti's modules for XSS and redirects found, and how many pages it had to try them on. */
type Report = { readonly found: readonly string[]; readonly crawled: number };

whereInstalled([wapitiSoftware], "what a scanner makes of the pages", () => {
  test("R-15, R-16: the scanner finds what is wrong with a page that echoes and redirects", async () => {
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://localhost");
      const to = searchParams.get("returnTo");
      response.setHeader("Content-Type", "text/html");
      if (to) response.writeHead(303, { Location: to }).end();
      else response.end(`<a href="/?name=you">again</a><a href="/?returnTo=/x">on</a>${searchParams.get("name")}`);
    });
    const url = `http://localhost:${await listen(server)}/`;
    const { found } = await scan([url]);
    server.close();
    assert.ok(found.some((line) => /^Cross Site Scripting/.test(line)));
    assert.ok(found.some((line) => /^Open Redirect/.test(line)));
  });

  test("R-15, R-16: it finds nothing on the hosted pages, signed in or not", async () => {
    const stage = closing(await openStage());
    const { issuer } = stage;
    const visitor = await newVisitor(stage);
    const bearer = await signInElsewhere(stage, visitor);
    const pages = ["sign-in", "sign-up", "forgot", "signed-out", "account", "account/sessions", "account/email"];
    const asked = ["?returnTo=/x", "?lang=de", "?email=a@example.com"];
    const strangers = pages.flatMap((page) => ["", ...asked].map((query) => `${issuer}/pages/${page}${query}`));
    const links = ["verify", "reset", "change-email"].map((page) => `${issuer}/pages/${page}?token=ab`);
    const origin = new URL(issuer).origin;
    const { found, crawled } = await scan(
      [...strangers, ...links, `${issuer}/dev/inbox`],
      [`Origin: ${origin}`, `Cookie: __Host-cardea-access=${bearer}`],
    );
    assert.deepEqual(found, []);
    assert.ok(crawled > 20, `only ${crawled} pages were tried`);
  });
});

/** Runs Wapiti on some pages and what they lead to. */
async function scan(urls: readonly string[], headers: readonly string[] = []): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-wapiti-"));
  const report = join(folder, "report.json");
  const [first = "", ...others] = urls;
  const stores = ["--store-session", folder, "--store-config", folder];
  const bounds = ["--max-scan-time", "20", "--max-attack-time", "20", "-d", "3", "--no-bugreport"];
  const output = ["-f", "json", "-o", report, "-m", "xss,permanentxss,redirect", "--scope", "domain"];
  const starts = others.flatMap((url) => ["-s", url]);
  const sent = headers.flatMap((header) => ["-H", header]);
  const said = await run("/usr/bin/wapiti", ["-u", first, ...starts, ...sent, ...stores, ...bounds, ...output]);
  const { vulnerabilities } = JSON.parse(readFileSync(report, "utf8"));
  rmSync(folder, { recursive: true });
  const found = Object.entries<readonly { readonly info: string }[]>(vulnerabilities).flatMap(([kind, all]) =>
    all.map(({ info }) => `${kind}: ${info}`),
  );
  return { found, crawled: Number(/found (\d+) URLs/.exec(said)?.[1]) };
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
    });
  }
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  const code = await promise;
  assert.equal(code, 0, said);
  return said;
}
