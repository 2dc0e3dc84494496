import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Ways in which a disk takes nothing more in. */
export type DiskFault = "smallDisk" | "fileLimit";

/** What a process does to the disk under its own feet. */
export const diskFaults: Readonly<
  Record<DiskFault, { readonly strike: (folder: string) => void; readonly heal: (folder: string) => void }>
> = {
  /** Something else takes up all the room: SQLITE_FULL. */
  smallDisk: {
    strike: (folder) => fill(fillerIn(folder)),
    heal: (folder) => rmSync(fillerIn(folder)),
  },
  /** The process may write no further byte to any file: SQLITE_IOERR_WRITE, as from a disk that breaks. */
  fileLimit: {
    strike: () => limitFiles("0:"),
    heal: () => limitFiles("unlimited:"),
  },
};

const fillerIn = (folder: string): string => join(folder, "filler");

function fill(path: string): void {
  const file = openSync(path, "w");
  for (const bytes of [65_536, 4096, 1]) while (hasWritten(file, new Uint8Array(bytes)));
  closeSync(file);
}

function hasWritten(file: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}

/** The soft limit alone, which a process may raise again. */
function limitFiles(limit: string): void {
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${limit}`], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`prlimit failed: ${stderr}`);
}
