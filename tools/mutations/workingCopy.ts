import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, withFault } from "./fault.ts";

const root = join(import.meta.dirname, "../..");

/** The token library of this repository. */
export const library: string = join(root, "packages/jwt");

/**
 * A copy of the token library with its tests, where faults may be planted, and its folder. A package finds itself by
 * its own name, so what the tests import is the copy; everything else comes from this repository's node_modules.
 */
export function createWorkingCopy(place: string): string {
  const copy = join(place, "packages/jwt");
  mkdirSync(copy, { recursive: true });
  for (const part of ["package.json", "src", "test", "corpus"]) {
    cpSync(join(library, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"), "junction");
  return copy;
}

/** What is wrong with those faults of a list that cannot be planted. */
export const misfits = (faults: readonly Fault[]): readonly string[] =>
  faults.flatMap((fault) => {
    try {
      withFault(readFileSync(join(library, "src", fault.file), "utf8"), fault);
      return [];
    } catch (error) {
      return [String(error)];
    }
  });

/** Plants a fault and returns the function that takes it back. */
export function plant(copy: string, fault: Fault): () => void {
  const path = join(copy, "src", fault.file);
  const sound = readFileSync(path, "utf8");
  writeFileSync(path, withFault(sound, fault));
  return () => writeFileSync(path, sound);
}
