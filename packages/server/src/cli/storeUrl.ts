import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { memory } from "../store/memory/memory.ts";
import type { StoreFactory } from "../store/ports.ts";
import { postgres } from "../store/postgres/postgres.ts";
import { sqlite } from "../store/sqlite/sqlite.ts";

/** The store that a URL names: `sqlite:./data/cardea.db`, `postgres://…` or `memory:`. Throws `ConfigurationError`, never with the URL itself: it may hold a password. */
export function storeOf(url: string): StoreFactory {
  const [, scheme = "", rest = ""] = /^([a-z]+):(.*)$/is.exec(url) ?? [];
  const open = stores.get(scheme.toLowerCase());
  if (open) return open(rest, url);
  const known = [...stores.keys()].map((name) => `${name}:`);
  throw new ConfigurationError(
    `store: Use sqlite:./data/cardea.db, postgres://user:password@host:5432/database or memory:.${suggestion(scheme === "" ? url.slice(0, 16) : `${scheme}:`, known)}`,
  );
}

type MakeStore = (rest: string, url: string) => StoreFactory;

/** A row for each engine: what stands after the colon, and the whole URL. */
const stores: ReadonlyMap<string, MakeStore> = new Map<string, MakeStore>([
  ["sqlite", (rest) => sqliteIn(rest.replace(/^\/\/(?=\/|\.)/, ""))],
  ["postgres", postgresAt],
  ["postgresql", postgresAt],
  ["memory", () => memory()],
]);

function postgresAt(rest: string, url: string): StoreFactory {
  if (rest.startsWith("//")) return postgres(url);
  throw new ConfigurationError("store: Write postgres://user:password@host:5432/database.");
}

function sqliteIn(file: string): StoreFactory {
  if (file === "" || file.startsWith("//"))
    throw new ConfigurationError("store: Name a file after sqlite:, such as sqlite:./data/cardea.db.");
  refuseFileForFolder(dirname(file), "store");
  return sqlite(file);
}

/** A folder that is a file would only fail in the middle of the start, in the system's words. Throws `ConfigurationError`. */
export function refuseFileForFolder(folder: string, setting: string): void {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  if (!existsSync(nearest) || statSync(nearest).isDirectory()) return;
  throw new ConfigurationError(
    `${setting}: ${nearest} is a file, but a folder is needed. Move it away, or name another.`,
  );
}
