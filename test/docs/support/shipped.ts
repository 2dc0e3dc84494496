import { join } from "node:path";
import { build } from "esbuild";

/** What a page ships that imports these names of a package: bundled and minified as its own build would, React left out. */
export async function shipped(names: string, from: "@cardea/client" | "@cardea/client/react"): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${names} } from "${from}";`,
      resolveDir: join(import.meta.dirname, "../../../packages/client"),
    },
    conditions: ["@cardea/source"],
    external: ["react"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
  });
  return outputFiles[0]?.text ?? "";
}
