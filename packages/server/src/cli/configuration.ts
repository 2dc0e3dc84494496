import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AuthOptions, type CheckedOptions, checkOptions } from "../config/options.ts";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { sqlite } from "../store/sqlite/sqlite.ts";
import type { Arguments } from "./command.ts";
import { readConfigFile } from "./configFile.ts";
import { flagOf, type Setting, settings, variableOf } from "./settings.ts";

/** A value and where it came from: `--port`, `CARDEA_PORT`, the file's name, or `default`. */
export type Sourced = {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
  readonly secret: boolean;
};

/** The whole configuration, with its sources. */
export type Configuration = {
  readonly port: number;
  readonly host: string;
  readonly options: AuthOptions;
  /** The same after its checks, with every default. */
  readonly checked: CheckedOptions;
  readonly sources: readonly Sourced[];
};

/** Puts the configuration together: flag over environment (`CARDEA_*`, or `CARDEA_*_FILE`) over file over default. Throws `ConfigurationError`. */
export async function readConfiguration(
  given: Arguments,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Configuration> {
  refuseUnknownVariables(environment);
  const { file, values } = await readConfigFile(given.text("config"));
  const found = settings.map((setting): Sourced => {
    const named = fromFlag(setting, given) ?? fromEnvironment(setting, environment) ?? fromFile(setting, values, file);
    const { value, source } = named ?? { value: defaults[setting.name], source: "default" };
    return { name: setting.name, value, source, secret: setting.secret ?? false };
  });
  const sources = withDefaultIssuer(found);
  const get = (name: string): unknown => sources.find((sourced) => sourced.name === name)?.value;
  const extras = Object.fromEntries([...values].filter(([name]) => name === "store" || name === "claims"));
  const port = portOf(get("port"));
  const options = {
    development: environment.NODE_ENV !== "production",
    store: sqlite(join(String(get("data")), "cardea.db")),
    ...nested(sources.filter(({ name }) => !["port", "host", "data"].includes(name))),
    ...extras,
  } as AuthOptions;
  return { port, host: String(get("host")), options, checked: checkOptions(options, "cardea"), sources };
}

const defaults: Readonly<Record<string, unknown>> = { port: 4000, host: "localhost", data: "./data" };

type Found = { readonly value: unknown; readonly source: string } | undefined;

function fromFlag(setting: Setting, given: Arguments): Found {
  const text = given.text(flagOf(setting));
  return text === undefined ? undefined : { value: typed(setting, text), source: `--${flagOf(setting)}` };
}

function fromEnvironment(setting: Setting, environment: NodeJS.ProcessEnv): Found {
  const variable = variableOf(setting);
  const text = environment[variable];
  const path = environment[`${variable}_FILE`];
  if (text !== undefined && path !== undefined)
    throw new ConfigurationError(`${variable} and ${variable}_FILE are both set. Unset one of them.`);
  if (text !== undefined) return { value: typed(setting, text), source: variable };
  if (path === undefined) return undefined;
  return { value: typed(setting, readSecretFile(path, variable)), source: `${variable}_FILE` };
}

function readSecretFile(path: string, variable: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ConfigurationError(
      `${variable}_FILE names a file that cannot be read: ${error instanceof Error ? error.message : path}`,
    );
  }
}

function fromFile({ name }: Setting, values: ReadonlyMap<string, unknown>, file = ""): Found {
  return values.has(name) ? { value: values.get(name), source: file } : undefined;
}

function typed({ kind, name }: Setting, text: string): unknown {
  if (kind === "list") return text.split(",").map((item) => item.trim());
  if (kind !== "number") return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ConfigurationError(`${name}: "${text}" is not a whole number.`);
}

function refuseUnknownVariables(environment: NodeJS.ProcessEnv): void {
  const known = settings.flatMap((setting) => [variableOf(setting), `${variableOf(setting)}_FILE`]);
  const unknown = Object.keys(environment).find((name) => name.startsWith("CARDEA_") && !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(
      `There is no setting for the environment variable ${unknown}.${suggestion(unknown, known)}`,
    );
}

function withDefaultIssuer(found: readonly Sourced[]): readonly Sourced[] {
  const port = found.find(({ name }) => name === "port")?.value;
  return found.map((sourced) =>
    sourced.name === "issuer" && sourced.value === undefined
      ? { ...sourced, value: `http://localhost:${String(port)}/auth` }
      : sourced,
  );
}

function portOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new ConfigurationError("port: use a whole number from 0 to 65535.");
}

/** `access.ttl` becomes `{ access: { ttl } }`; what is unset stays out. */
function nested(sources: readonly Sourced[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { name, value } of sources) {
    if (value === undefined) continue;
    const [group = name, key] = name.split(".");
    result[group] = key === undefined ? value : { ...Object(result[group]), [key]: value };
  }
  return result;
}
