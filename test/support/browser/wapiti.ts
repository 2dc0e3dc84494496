import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Software } from "#servers/software.ts";

/** The scanner. */
export const wapiti: Software = {
  name: "Wapiti",
  package: "wapiti",
  isInstalled: () => existsSync("/usr/bin/wapiti"),
};

/** What Wapiti's modules for XSS and redirects found, and how many pages it had to try them on. */
export type Report = { readonly found: readonly string[]; readonly crawled: number };

/** Runs Wapiti on some pages and what they lead to, for a minute at most. */
export async function scan(urls: readonly string[], headers: readonly string[] = []): Promise<Report> {
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
