import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "./source.ts";

const notOurs = /^(?:node_modules|dist|data|\.git|\.cache)$/;
const binary = /\.(?:png|jpe?g|gif|ico|webp|woff2?|db|sqlite|tgz|gz|zip|bin|pdf|tsbuildinfo)(?:-wal|-shm)?$/;

/** Every text file of the repository, without what is installed, built or ignored. */
export function readRepository(root: string, folder = ""): readonly SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.test(entry.name)) return [];
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return readRepository(root, path);
    return entry.isFile() && !binary.test(path) ? [{ path, text: readFileSync(join(root, path), "utf8") }] : [];
  });
}
