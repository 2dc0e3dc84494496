import { type AuthOptions, type CheckedOptions, checkOptions } from "../config/options.ts";
import { ConfigurationError } from "../refusal.ts";
import { hasPassword } from "../scrub.ts";
import { redisLog } from "../store/redis/log/redisLog.ts";
import { redis } from "../store/redis/redis.ts";
import type { Arguments } from "./command.ts";
import { readConfigFile } from "./configFile.ts";
import { fromEnvironment, refuseUnknownVariables } from "./environment.ts";
import { type LogLevel, logLevelOf } from "./logLevel.ts";
import { flagOf, type Setting, variableOf } from "./setting.ts";
import { ownSettings, settings } from "./settingRows.ts";
import { refuseFileForFolder, storeOf } from "./storeUrl.ts";

/** A value and where it came from: `--port`, `CARDEA_PORT`, the file's name, or `default`. */
export type Sourced = { readonly setting: Setting; readonly value: unknown; readonly source: string };

/** The whole configuration, with its sources. */
export type Configuration = {
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
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
  const { file = "", values } = await readConfigFile(given.text("config"));
  const sources = withDefaults(
    settings.map((setting): Sourced => {
      const named = fromFlag(setting, given) ?? typedFrom(setting, fromEnvironment(setting, environment));
      if (named) return { setting, ...named };
      if (values.has(setting.name)) return { setting, value: values.get(setting.name), source: file };
      return { setting, value: undefined, source: "default" };
    }),
  );
  const sourceOf = (option: string): string | undefined =>
    sources.find(({ setting, source }) => isWithin(option, setting.name) && source !== "default")?.source;
  const all = new Map([...values, ...sources.map(({ setting, value }) => [setting.name, value] as const)]);
  all.set("store", madeOf(all.get("store"), storeOf));
  all.set("sessions.store", madeOf(all.get("sessions.store"), redis));
  all.set("revocation.log", madeOf(all.get("revocation.log"), redisLog));
  all.set("development", environment.NODE_ENV !== "production");
  const options = nested([...all].filter(([name]) => !ownSettings.includes(name))) as AuthOptions;
  return {
    port: portOf(all.get("port")),
    host: String(all.get("host")),
    logLevel: logLevelOf(all.get("log.level"), sourceOf("log.level")),
    options,
    checked: checkOptions(options, "cardea", sourceOf),
    sources,
  };
}

const defaults: Readonly<Record<string, unknown>> = {
  port: 4000,
  host: "localhost",
  data: "./data",
  "log.level": "info",
};

/** What nobody says: fixed values, and two that follow from others. */
function withDefaults(found: readonly Sourced[]): readonly Sourced[] {
  const filled = found.map((sourced) => ({ ...sourced, value: sourced.value ?? defaults[sourced.setting.name] }));
  const valueAt = (name: string): unknown => filled.find(({ setting }) => setting.name === name)?.value;
  const computed: Readonly<Record<string, () => string>> = {
    issuer: () => defaultIssuer(portOf(valueAt("port"))),
    store: () => `sqlite:${sqliteFile(String(valueAt("data")))}`,
  };
  return filled.map((sourced) => ({ ...sourced, value: sourced.value ?? computed[sourced.setting.name]?.() }));
}

/** Default ports are left out, since an issuer is written in its canonical form. */
export const defaultIssuer = (port: number): string => new URL(`http://localhost:${port}/auth`).href;

function sqliteFile(data: string): string {
  refuseFileForFolder(data, "data");
  return `${data}/cardea.db`;
}

/** A configuration file may give stores themselves; the rest gives their URLs. */
const madeOf = <T>(given: unknown, make: (url: string) => T): unknown =>
  typeof given === "string" ? make(given) : given;

const isWithin = (option: string, setting: string): boolean => option === setting || option.startsWith(`${setting}.`);

type Named = { readonly value: unknown; readonly source: string } | undefined;

function fromFlag(setting: Setting, given: Arguments): Named {
  const flag = `--${flagOf(setting)}`;
  const text = given.text(flagOf(setting));
  if (text !== undefined && setting.kind === "url" && hasPassword(text))
    throw new ConfigurationError(
      `${flag}: others on the machine can read command lines. Give a URL with a password by ${variableOf(setting)} or ${variableOf(setting)}_FILE.`,
    );
  return typedFrom(setting, text === undefined ? undefined : { text, source: flag });
}

function typedFrom(
  { kind, name }: Setting,
  given: { readonly text: string; readonly source: string } | undefined,
): Named {
  if (given === undefined) return undefined;
  const { text, source } = given;
  if (kind === "list" || (kind === "numberOrList" && !/^\d+$/.test(text)))
    return { value: text.split(",").map((item) => item.trim()), source };
  if (kind === "number" || kind === "numberOrList") {
    if (/^\d{1,15}$/.test(text)) return { value: Number(text), source };
    throw new ConfigurationError(`${name}: Use a whole number. (It is set by ${source}.)`);
  }
  return { value: text, source };
}

/** A port, 0 for a free one. Throws `ConfigurationError` for anything else. */
export function portOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new ConfigurationError("port: use a whole number from 0 to 65535.");
}

/** `access.ttl` becomes `{ access: { ttl } }`; what is unset stays out. */
function nested(values: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of values) if (value !== undefined) place(result, name.split("."), value);
  return result;
}

function place(object: Record<string, unknown>, [step = "", ...deeper]: readonly string[], value: unknown): void {
  if (deeper.length === 0) {
    object[step] = value;
    return;
  }
  const inner: Record<string, unknown> = { ...Object(object[step]) };
  place(inner, deeper, value);
  object[step] = inner;
}
