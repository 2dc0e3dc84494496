import { readFileSync } from "node:fs";
import { suggestion } from "../didYouMean.ts";
import { ConfigurationError } from "../refusal.ts";
import { relaySettings } from "./relaySettingRows.ts";
import { type Setting, variableOf } from "./setting.ts";
import { settings } from "./settingRows.ts";
import { systemFault } from "./systemFault.ts";

/** What the environment says of a setting: the text, and the variable that has it or names its file. Throws `ConfigurationError` for both at once, and for a file that cannot be read. */
export function fromEnvironment(
  setting: Setting,
  environment: NodeJS.ProcessEnv,
): { readonly text: string; readonly source: string } | undefined {
  const variable = variableOf(setting);
  const text = environment[variable];
  const path = environment[`${variable}_FILE`];
  if (text !== undefined && path !== undefined)
    throw new ConfigurationError(`${variable} and ${variable}_FILE are both set. Unset one of them.`);
  if (text !== undefined) return { text, source: variable };
  return path === undefined ? undefined : { text: readValue(path, variable), source: `${variable}_FILE` };
}

function readValue(path: string, variable: string): string {
  if (path === "")
    throw new ConfigurationError(`${variable}_FILE is empty. Name the file that holds the value, or unset it.`);
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ConfigurationError(
      `${variable}_FILE names a file that cannot be read: ${systemFault(error, path)} Name a file that holds the value, or set ${variable} instead.`,
    );
  }
}

/** A misspelt variable would be a default in disguise. Throws `ConfigurationError` with what was meant. */
export function refuseUnknownVariables(environment: NodeJS.ProcessEnv): void {
  const variables = new Set([...settings, ...relaySettings].map(variableOf));
  const known = [...variables].flatMap((variable) => [variable, `${variable}_FILE`]);
  const unknown = Object.keys(environment).find((name) => name.startsWith("CARDEA_") && !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigurationError(
      `There is no setting for the environment variable ${unknown}.${suggestion(unknown, known)}`,
    );
}
