import { join } from "node:path";
import { runScript, serveScript } from "../script.ts";
import type { PartName } from "./options.ts";
import type { Servers } from "./servers.ts";

/** What a part is told. */
export type Given = { readonly isQuick: boolean; readonly servers: Servers };

/** Runs a part in a process of its own, and answers what it measured. */
export const runPart = <Result>(name: PartName, given: Given): Promise<Result> =>
  runScript(join(import.meta.dirname, "parts", `${name}.ts`), given);

/** The other side. */
export const servePart = (measure: (given: Given) => Promise<unknown>): Promise<void> => serveScript(measure);
