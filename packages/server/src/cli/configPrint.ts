import type { CheckedOptions } from "../config/options.ts";
import { withoutPasswords } from "../scrub.ts";
import type { Command } from "./command.ts";
import { readConfiguration, type Sourced } from "./configuration.ts";
import { print, table } from "./output.ts";
import type { Setting } from "./setting.ts";
import { settingFlags } from "./settings.ts";

/** `config print`: every value and where it came from, checked; secrets are not shown. */
export const configPrint: Command = {
  name: "config print",
  about: "Shows the configuration and where each value came from",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const { sources, checked } = await readConfiguration(given);
    const shown = sources.map((sourced) => ({
      name: sourced.setting.name,
      value: shownValue(sourced, checked),
      source: sourced.source,
    }));
    print(given.is("json"), { settings: shown }, () =>
      table(
        ["SETTING", "VALUE", "FROM"],
        shown.map(({ name, value, source }) => [name, String(value ?? "-") || "-", source]),
        "",
      ),
    );
    return 0;
  },
};

function shownValue({ setting, value }: Sourced, checked: CheckedOptions): unknown {
  if (setting.secret) return value === undefined ? null : "(secret, set)";
  if (setting.kind === "url") return typeof value === "string" ? withoutPasswords(value) : nameOf(value);
  return value ?? defaultOf(setting, checked) ?? statedDefault(setting);
}

/** A default that is made later, or elsewhere, is named in what is said about the setting. */
const statedDefault = ({ about }: Setting): string | null => /\(default ([^\s)]+)/.exec(about)?.[1] ?? null;

/** A store that the configuration file made by itself. */
const nameOf = (value: unknown): unknown => Object(value).name ?? null;

/** What a setting is when nobody says it, as somebody would write it: spans of time are milliseconds once they are checked. */
function defaultOf({ name, kind }: Setting, checked: CheckedOptions): unknown {
  let value: unknown = checked;
  for (const step of name.split(".")) value = Object(value)[step];
  return typeof value === "number" && kind === "duration" ? span(value) : value;
}

function span(ms: number): string {
  const [unit = "ms", size = 1] = units.find(([, length]) => ms % length === 0) ?? [];
  return `${ms / size}${unit}`;
}

const units: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];
