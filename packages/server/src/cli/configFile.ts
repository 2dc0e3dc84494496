import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { onlyInFile, settings } from "./settingRows.ts";

/** Values of a configuration file by dotted name. */
export type FileValues = { readonly file: string | undefined; readonly values: ReadonlyMap<string, unknown> };

const defaultFile = "cardea.config.ts";

/** Reads the named file, or `cardea.config.ts` if it is there. Throws `ConfigurationError` for a missing or broken file and for unknown names, with what was meant. */
export async function readConfigFile(named: string | undefined): Promise<FileValues> {
  const file = named ?? (existsSync(defaultFile) ? defaultFile : undefined);
  if (file === undefined) return { file, values: new Map() };
  if (!existsSync(file))
    throw new ConfigurationError(`There is no configuration file ${file}. Make one with: cardea init`);
  const exported = await load(file);
  if (!isObject(exported))
    throw new ConfigurationError(`${file} has no default export. Write: export default defineConfig({ … })`);
  const values = new Map(flatten(exported, ""));
  const known = [...settings.map(({ name }) => name), ...onlyInFile];
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(`${file}: there is no setting "${unknown}".${suggestion(unknown, known)}`);
  return { file, values };
}

async function load(file: string): Promise<unknown> {
  try {
    const loaded: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    return loaded.default;
  } catch (error) {
    throw new ConfigurationError(
      `${file} cannot be loaded: ${reasonOf(error)}\nMend it, or move it away and begin anew with: cardea init`,
    );
  }
}

/** An error of the file's own code, or of its grammar; the latter has its place only in the stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /^\s*(?:at .*)?(?:file:\/\/)?(\S+\.[cm]?[jt]s:\d+)/.exec(error.stack ?? "")?.[1];
  return error instanceof SyntaxError && place !== undefined ? `${error.message} (${place})` : error.message;
}

function flatten(object: Readonly<Record<string, unknown>>, prefix: string): readonly (readonly [string, unknown])[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const name = prefix + key;
    return isGroup(name) && isObject(value) ? flatten(value, `${name}.`) : [[name, value] as const];
  });
}

const isGroup = (name: string): boolean =>
  [...settings.map((setting) => setting.name), ...onlyInFile].some((known) => known.startsWith(`${name}.`));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
