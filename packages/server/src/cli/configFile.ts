import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { settings } from "./settings.ts";

/** Values of a configuration file by dotted name. `store` and `claims` can be set there only. */
export type FileValues = { readonly file: string | undefined; readonly values: ReadonlyMap<string, unknown> };

const defaultFile = "cardea.config.ts";
const onlyInFile = ["store", "claims"];

/** Reads the named file, or `cardea.config.ts` if it is there. Throws `ConfigurationError` for a missing file and for unknown names, with what was meant. */
export async function readConfigFile(named: string | undefined): Promise<FileValues> {
  const file = named ?? (existsSync(defaultFile) ? defaultFile : undefined);
  if (file === undefined) return { file, values: new Map() };
  if (!existsSync(file))
    throw new ConfigurationError(`There is no configuration file ${file}. Make one with: cardea init`);
  const loaded: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
  if (!isObject(loaded.default))
    throw new ConfigurationError(`${file} has no default export. Write: export default defineConfig({ … })`);
  const values = new Map(flatten(loaded.default, ""));
  const known = [...settings.map(({ name }) => name), ...onlyInFile];
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(`${file}: there is no setting "${unknown}".${suggestion(unknown, known)}`);
  return { file, values };
}

function flatten(object: Readonly<Record<string, unknown>>, prefix: string): readonly (readonly [string, unknown])[] {
  return Object.entries(object).flatMap(([key, value]) => {
    const name = prefix + key;
    return isGroup(name) && isObject(value) ? flatten(value, `${name}.`) : [[name, value] as const];
  });
}

const isGroup = (name: string): boolean => settings.some((setting) => setting.name.startsWith(`${name}.`));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
