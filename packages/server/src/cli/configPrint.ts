import { checkOptions } from "../config/options.ts";
import type { Command } from "./command.ts";
import { readConfiguration, type Sourced } from "./configuration.ts";
import { print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";

/** `config print`: every value and where it came from, checked; secrets are not shown. */
export const configPrint: Command = {
  name: "config print",
  about: "Shows the configuration and where each value came from",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const { sources, options } = await readConfiguration(given);
    checkOptions(options);
    const shown = sources.map(({ name, source, ...sourced }) => ({ name, value: shownValue(sourced), source }));
    print(given.is("json"), { settings: shown }, () =>
      table(
        ["SETTING", "VALUE", "FROM"],
        shown.map(({ name, value, source }) => [name, value === null ? "-" : String(value), source]),
        "",
      ),
    );
    return 0;
  },
};

function shownValue({ value, secret }: Pick<Sourced, "value" | "secret">): unknown {
  if (value === undefined) return null;
  return secret ? "(secret, set)" : value;
}
