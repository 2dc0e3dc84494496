import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const entry = join(import.meta.dirname, "..", "packages", "jwt", "src", "index.ts");

/** What a service ships that imports these names of `@cardea/jwt` and nothing else. */
export type BundleSize = { readonly minified: number; readonly gzip: number; readonly text: string };

/** Bundles and minifies the named exports as a user's own build would, and measures in bytes. */
export async function bundleSize(names: readonly string[]): Promise<BundleSize> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${names.join(", ")} } from ${JSON.stringify(entry)};`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
  });
  const text = outputFiles[0]?.text ?? "";
  return { minified: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length, text };
}
