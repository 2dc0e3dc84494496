import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of this package, as its manifest says; the manifest is one folder up in the sources and in what is published. */
export function version(): string {
  const manifest: { readonly version?: string } = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8"),
  );
  return manifest.version ?? "unknown";
}
