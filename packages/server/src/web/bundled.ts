import { fileURLToPath } from "node:url";
import type { WebFile, WebFileName } from "./webFile.ts";

const bundles = new Map<WebFileName, Promise<Uint8Array>>();

/** A script made of its sources, once in a process. Rejects if they do not compile. It is what the build writes into the package, too. */
export const webFile: WebFile = (name) => {
  const bundle = bundles.get(name) ?? makeBundle(name);
  bundles.set(name, bundle);
  return bundle;
};

async function makeBundle(name: WebFileName): Promise<Uint8Array> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(import.meta.resolve(`@cardea/web/${name}`))],
    conditions: ["@cardea/source"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`The script "${name}" came to nothing.`);
  return file.contents;
}
