import { ConfigurationError } from "../refusal.ts";
import type { Arguments, Flag } from "./command.ts";
import { portOf } from "./configuration.ts";
import { fromEnvironment, refuseUnknownVariables } from "./environment.ts";
import { type LogLevel, logLevelOf } from "./logLevel.ts";
import { relaySettings } from "./relaySettingRows.ts";
import { flagOf, type Setting, variableOf } from "./setting.ts";

/** What `relay` runs with. */
export type RelayConfiguration = {
  readonly issuer: string;
  readonly credentials: { readonly id: string; readonly secret: string };
  readonly name: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly logLevel: LogLevel;
};

/** The flags of `relay`. */
export const relayFlags: Readonly<Record<string, Flag>> = Object.fromEntries(
  relaySettings
    .filter(({ secret }) => !secret)
    .map((setting) => [flagOf(setting), { type: "string", about: setting.about } satisfies Flag]),
);

/** Reads the settings of a relay: flag over environment (`CARDEA_*`, or `CARDEA_*_FILE`) over default. Throws `ConfigurationError`. */
export function readRelayConfiguration(
  given: Arguments,
  environment: NodeJS.ProcessEnv = process.env,
): RelayConfiguration {
  refuseUnknownVariables(environment);
  const read = (name: string): Read => readSetting(name, given, environment);
  const level = read("log.level");
  return {
    issuer: demanded(read("issuer")),
    credentials: { id: demanded(read("relay.id")), secret: demanded(read("relay.secret")) },
    name: read("relay.name").text,
    port: portOf(numberIn(read("port").text ?? "4001")),
    host: read("host").text ?? "localhost",
    logLevel: logLevelOf(level.text ?? "info", level.source),
  };
}

type Read = { readonly setting: Setting; readonly text: string | undefined; readonly source: string | undefined };

function readSetting(name: string, given: Arguments, environment: NodeJS.ProcessEnv): Read {
  const setting = relaySettings.find((row) => row.name === name);
  if (!setting) throw new Error(`There is no setting ${name}.`);
  const text = setting.secret ? undefined : given.text(flagOf(setting));
  if (text !== undefined) return { setting, text, source: `--${flagOf(setting)}` };
  const { text: fromVariable, source } = fromEnvironment(setting, environment) ?? {};
  return { setting, text: fromVariable, source };
}

function demanded({ setting, text }: Read): string {
  if (text !== undefined && text !== "") return text;
  const variable = variableOf(setting);
  const places = setting.secret ? `${variable} or ${variable}_FILE` : `--${flagOf(setting)} or ${variable}`;
  throw new ConfigurationError(`cardea relay needs the ${setting.about}: give it by ${places}.`);
}

const numberIn = (text: string): number => (/^\d{1,5}$/.test(text) ? Number(text) : Number.NaN);
