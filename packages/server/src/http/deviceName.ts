import { parse } from "bowser";

/** What somebody uses: a browser and its system, or a program by its own name. */
export type Device = { readonly program: string; readonly system?: string };

/** The device that a client says it is, by at most 256 characters of it; undefined if that says nothing. */
export function deviceOf(userAgent: string): Device | undefined {
  const said = userAgent.slice(0, 256);
  if (said === "") return undefined;
  const { browser, os } = parse(said);
  if (browser.name && os.name) return { program: browser.name, system: os.name };
  const program = /^[A-Za-z][\w.-]{0,39}/.exec(said)?.[0];
  return program === undefined ? undefined : { program };
}

/** A device as people know it, in English: "Firefox on Linux", or the program's own name, or "Unknown device". */
export function deviceName(userAgent: string): string {
  const { program = "Unknown device", system } = deviceOf(userAgent) ?? {};
  return system === undefined ? program : `${program} on ${system}`;
}
