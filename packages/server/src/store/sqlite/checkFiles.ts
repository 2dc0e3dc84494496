import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Finding } from "../ports.ts";

/** What a person should know about the files of a database: who may read them, and how much room there is. */
export function checkFiles(file: string): readonly Finding[] {
  return [...modesOf(file), roomFor(file)];
}

/** Whoever reads the database sees addresses and hashes of passwords, and with the secret beside it whoever signs tokens. */
function modesOf(file: string): readonly Finding[] {
  const open = [file, `${file}-wal`, `${file}-shm`, `${file}.secret`].filter(
    (path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0,
  );
  if (open.length === 0) return [{ name: "files", state: "ok", text: "readable by their owner only" }];
  return [
    {
      name: "files",
      state: "fail",
      text: `others on this machine may read ${open.join(", ")}`,
      fix: `chmod 600 ${open.join(" ")}`,
    },
  ];
}

function roomFor(file: string): Finding {
  const { bavail, bsize } = statfsSync(dirname(file));
  const free = bavail * bsize;
  const text = `${Math.floor(free / mebibyte)} MiB free for ${file}`;
  if (free >= 512 * mebibyte) return { name: "disk", state: "ok", text };
  const state = free >= 64 * mebibyte ? "warn" : "fail";
  return { name: "disk", state, text, fix: "Make room: without it nobody signs in and nothing is revoked." };
}

const mebibyte = 1_048_576;
