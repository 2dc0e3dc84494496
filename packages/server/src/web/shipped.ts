import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { WebFile } from "./webFile.ts";

/** A script as the build left it beside this file. Rejects if it is not there. */
export const webFile: WebFile = (name) => readFile(join(import.meta.dirname, "files", `${name}.js`));
