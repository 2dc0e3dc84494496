import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { test } from "node:test";

/** A server that tests need, and how a machine gets it. */
export type Software = {
  readonly name: string;
  /** The Debian package. */
  readonly package: string;
  readonly isInstalled: () => boolean;
};

/** Where Debian keeps the newest PostgreSQL's programs, which are not on the PATH; undefined: there is none. */
export function postgresPrograms(): string | undefined {
  const version = (path: string): number => Number(/\d+/.exec(path)?.[0]);
  return globSync("/usr/lib/postgresql/*/bin")
    .toSorted((a, b) => version(b) - version(a))
    .at(0);
}

/** PostgreSQL, in whichever version is installed. */
export const postgresSoftware: Software = {
  name: "PostgreSQL",
  package: "postgresql",
  isInstalled: () => postgresPrograms() !== undefined,
};

/** Redis, with its command-line client, which sets up clusters. */
export const redisSoftware: Software = {
  name: "Redis",
  package: "redis-server",
  isInstalled: () => ["redis-server", "redis-cli"].every((command) => spawnSync(command, ["--version"]).status === 0),
};

/** nginx, as Debian has it. */
export const nginxSoftware: Software = {
  name: "nginx",
  package: "nginx-light",
  isInstalled: () => existsSync("/usr/sbin/nginx"),
};

/** HAProxy, as Debian has it. */
export const haproxySoftware: Software = {
  name: "HAProxy",
  package: "haproxy",
  isInstalled: () => existsSync("/usr/sbin/haproxy"),
};

/**
 * Defines the tests that need servers. A machine without them passes, and is told at the end, loudly, which suite did not run
 * and how to get it; in CI (`CI=true`) the suite fails instead. `suite` is its name for people.
 */
export function whereInstalled(needed: readonly Software[], suite: string, defineTests: () => void): void {
  const missing = needed.filter(({ isInstalled }) => !isInstalled());
  if (missing.length === 0) defineTests();
  else
    test(`${suite}: did not run`, () => tellMissing(missing, suite, { required: process.env.CI === "true" }, atTheEnd));
}

/** Says what did not run and how to get what it needs; throws it where that is `required`. */
export function tellMissing(
  missing: readonly Software[],
  suite: string,
  { required }: { readonly required: boolean },
  tell: (line: string) => void,
): void {
  const names = missing.map(({ name }) => name).join(" and no ");
  const packages = missing.map((software) => software.package).join(" ");
  const message = `NOT TESTED: ${suite}. This machine has no ${names}. Get it: apt-get install ${packages}`;
  if (required) throw new Error(message);
  tell(message);
}

/** After all other output of this test file, where it is seen. */
function atTheEnd(line: string): void {
  process.once("exit", () => process.stderr.write(`${line}\n`));
}
