import type { Flag } from "./command.ts";
import { flagOf } from "./setting.ts";
import { settings } from "./settingRows.ts";

/** The flags of every command that reads the configuration. */
export const settingFlags: Readonly<Record<string, Flag>> = {
  config: { type: "string", about: "configuration file (default cardea.config.ts, if there is one)" },
  ...Object.fromEntries(
    settings
      .filter(({ secret }) => !secret)
      .map((setting) => [flagOf(setting), { type: "string", about: setting.about } satisfies Flag]),
  ),
};
