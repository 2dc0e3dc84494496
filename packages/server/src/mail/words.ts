/** A name that others chose, safe in a header and on a line: no control or direction characters, single spaces, at most 100 characters. */
export const plainName = (name: string): string => squeeze(name.replace(unprintable, " "), 100);

/**
 * A device as a mail may name it: letters, digits, spaces, brackets, commas and hyphens, and a dot within a number. It comes from
 * a header that the client chose, and a mail program would make a link of whatever looks like an address of the web.
 */
export const plainDevice = (device: string): string => squeeze(device.replace(beyondWords, " "), 60) || "unknown";

/** A client's address, or nothing if it is none. */
export const plainAddress = (address: string | undefined): string | undefined =>
  address !== undefined && /^[\dA-Fa-f:.]{2,45}$/.test(address) ? address : undefined;

/** An instant in words: `2025-11-28 16:59 UTC`. */
export const instant = (ms: number): string => new Date(ms).toISOString().replace(/T(\d\d:\d\d).*$/, " $1 UTC");

/** A span in words, in the largest unit that fits: `30 minutes`, `1 hour`. */
export function span(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes % (24 * 60) === 0) return counted(minutes / (24 * 60), "day");
  return minutes % 60 === 0 ? counted(minutes / 60, "hour") : counted(minutes, "minute");
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

const squeeze = (text: string, limit: number): string =>
  [...text.replace(/\s+/g, " ").trim()].slice(0, limit).join("").trim();

/** Controls, and the format characters that turn the direction of writing or show nothing. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const beyondWords = /(?<!\d)\.|\.(?!\d)|[^\p{L}\p{N} (),.-]/gu;
