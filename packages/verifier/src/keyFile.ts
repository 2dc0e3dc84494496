import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { describeFault } from "./fetchText.ts";
import type { World } from "./world.ts";

/** The largest JWKS that is read, from the network or from a file, in bytes. */
export const largestJwks: number = 256 * 1024;

/** A JWKS that outlives the process. */
export type KeyFile = {
  /** The text and its age in milliseconds; undefined where there is no file. Throws for one that cannot be read. */
  readonly read: () => { readonly text: string; readonly ageMs: number } | undefined;
  /** Replaces the file as a whole, so that nobody reads half of it. Returns what went wrong, for people; keys in memory are as good without it. */
  readonly write: (text: string) => string | undefined;
};

/** The file at `path`, if there is one to be. Its time of change is when its keys were fetched. */
export function openKeyFile(path: string | undefined, { now, random }: Pick<World, "now" | "random">): KeyFile {
  if (path === undefined) return { read: () => undefined, write: () => undefined };
  return {
    read: () => {
      const file = openIfThere(path);
      if (file === undefined) return undefined;
      try {
        return { text: readUpTo(largestJwks, file), ageMs: Math.max(0, now() - fstatSync(file).mtimeMs) };
      } finally {
        closeSync(file);
      }
    },
    write: (text) => {
      const temporary = `${path}.${random().toString(36).slice(2)}`;
      try {
        writeFileSync(temporary, text, { mode: 0o644, flag: "wx" });
        renameSync(temporary, path);
        return undefined;
      } catch (fault) {
        rmSync(temporary, { force: true });
        return `${path}: ${describeFault(fault)}`;
      }
    },
  };
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (fault) {
    if (fault instanceof Error && "code" in fault && fault.code === "ENOENT") return undefined;
    throw fault;
  }
}

function readUpTo(mostBytes: number, file: number): string {
  const bytes = Buffer.alloc(mostBytes + 1);
  let size = 0;
  for (let read = -1; read !== 0 && size <= mostBytes; size += read)
    read = readSync(file, bytes, size, bytes.length - size, null);
  if (size > mostBytes) throw new Error(`the file is longer than ${mostBytes} bytes`);
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, size));
}
