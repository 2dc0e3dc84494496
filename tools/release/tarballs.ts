import { join } from "node:path";
import { run } from "./run.ts";
import { strangersEnvironment } from "./strangersEnvironment.ts";

/** A packed package, as it would go to a registry. */
export type Tarball = { readonly name: string; readonly file: string; readonly files: readonly string[] };

type Packed = {
  readonly name: string;
  readonly filename: string;
  readonly files: ReadonlyArray<{ readonly path: string }>;
};

/** Packs one package into `destination`. */
export async function pack(folder: string, destination: string): Promise<Tarball> {
  const parameters = ["pack", "--json", "--loglevel=error", "--ignore-scripts", "--pack-destination", destination];
  const [packed] = JSON.parse(await run("npm", parameters, { cwd: folder, env: strangersEnvironment() })) as Packed[];
  if (!packed) throw new Error(`npm packed nothing in ${folder}`);
  return { name: packed.name, file: join(destination, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** What a package must carry, and what has no business in it. Throws at the first fault. */
export function inspect({ name, files }: Tarball): void {
  for (const due of ["LICENSE", "README.md", "package.json"]) {
    if (!files.includes(due)) throw new Error(`${name} is packed without ${due}`);
  }
  const stray = files.find((path) => /(?:^|\/)tests?\/|\.test\.|\.tsbuildinfo$|\.env|\.db$/.test(path));
  if (stray !== undefined) throw new Error(`${name} is packed with ${stray}`);
}

/** publint and "are the types wrong?" on the tarball. Both come from this folder's own package.json. */
export async function lint({ file }: Tarball): Promise<void> {
  const place = { cwd: import.meta.dirname, env: strangersEnvironment() };
  await run(tool("publint"), ["run", "--strict", file], place);
  await run(tool("attw"), ["--profile", "esm-only", "--no-definitely-typed", "--no-emoji", file], place);
}

const tool = (name: string): string => join(import.meta.dirname, "node_modules", ".bin", name);
