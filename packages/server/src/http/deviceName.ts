import { parse } from "bowser";

/** A device as people know it: "Firefox on Linux", or the program's own name, or "Unknown device". Takes what a client says of itself, at most 256 characters of it. */
export function deviceName(userAgent: string): string {
  const said = userAgent.slice(0, 256);
  if (said === "") return unknown;
  const { browser, os } = parse(said);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`;
  return /^[A-Za-z][\w.-]{0,39}/.exec(said)?.[0] ?? unknown;
}

const unknown = "Unknown device";
