import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import { describeFault } from "./fetchText.ts";
import { isRecord } from "./isRecord.ts";
import type { World } from "./world.ts";

/** The largest JWKS that is read, in bytes. */
export const largestJwks: number = 256 * 1024;

/** A JWKS that outlives the process, kept with the URL it is from: `{ "url": ..., "jwks": ... }`. */
export type KeyFile = {
  /** The JWKS, unchecked, and its age in milliseconds; undefined where there is no file. Throws for one that cannot be read or holds the keys of another URL. */
  readonly read: () => { readonly jwks: unknown; readonly ageMs: number } | undefined;
  /** Replaces the file as a whole, so that nobody reads half of it. Returns what went wrong, for people; keys in memory are as good without it. */
  readonly write: (jwks: string) => string | undefined;
};

/** What `openKeyFile` needs. */
export type KeyFileConfig = {
  /** Where the file is, if there is one to be. */
  readonly file: string | undefined;
  /** Whose keys it holds. */
  readonly url: string;
  readonly world: Pick<World, "now" | "random">;
};

/** The file's time of change is when its keys were fetched. */
export function openKeyFile({ file: path, url, world: { now, random } }: KeyFileConfig): KeyFile {
  if (path === undefined) return { read: () => undefined, write: () => undefined };
  const withUrl = (jwks: string): string => `{"url":${JSON.stringify(url)},"jwks":${jwks}}\n`;
  const mostBytes = largestJwks + Buffer.byteLength(withUrl(""));
  return {
    read: () => {
      const file = openIfThere(path);
      if (file === undefined) return undefined;
      try {
        const jwks = jwksOf(readUpTo(mostBytes, file), url);
        return { jwks, ageMs: Math.max(0, now() - fstatSync(file).mtimeMs) };
      } finally {
        closeSync(file);
      }
    },
    write: (jwks) => {
      const temporary = `${path}.${random().toString(36).slice(2)}`;
      try {
        writeFileSync(temporary, withUrl(jwks), { mode: 0o644, flag: "wx" });
        renameSync(temporary, path);
        return undefined;
      } catch (fault) {
        rmSync(temporary, { force: true });
        return `${path}: ${describeFault(fault)}`;
      }
    },
  };
}

/** Two verifiers that share a file by mistake must not sign for each other's issuers. */
function jwksOf(text: string, url: string): unknown {
  const kept = parseStrictJson(text);
  if (!isRecord(kept) || typeof kept.url !== "string") throw new Error("the file does not say whose keys it holds");
  if (kept.url !== url) throw new Error("the file holds the keys of another URL");
  return kept.jwks;
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
