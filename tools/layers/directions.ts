import { type Import, importsOf, targetOf } from "./imports.ts";
import { isPackageSource, isTypeScript, type SourceFile, type Violation } from "./source.ts";

/** jwt <- verifier <- server, and client <- web, which the server takes as files. What is not listed here is reached by nobody. */
const directions: Readonly<Record<string, { readonly builtins: RegExp; readonly workspaces: readonly string[] }>> = {
  jwt: { builtins: /^node:(?:buffer|crypto)$/, workspaces: [] },
  verifier: { builtins: /^node:/, workspaces: ["@cardea/jwt"] },
  client: { builtins: /^$/, workspaces: [] },
  web: { builtins: /^$/, workspaces: ["@cardea/client"] },
  server: { builtins: /^node:/, workspaces: ["@cardea/jwt", "@cardea/verifier"] },
};

/** Packages import downwards, by name, and only what their own package.json lists. */
export function keepDirections(files: readonly SourceFile[]): readonly Violation[] {
  const dependencies = readDependencies(files);
  return files.filter(isTypeScript).flatMap((file) =>
    importsOf(file).flatMap((item) => {
      const message =
        crossesByPath(file, item) ?? (isPackageSource(file) ? exceeds(file, item, dependencies) : undefined);
      return message === undefined ? [] : [{ path: file.path, line: item.line, message }];
    }),
  );
}

const packageOf = (path: string): string | undefined => /^packages\/([^/]+)/.exec(path)?.[1];

/** Benchmarks measure what is inside; they are no part of the workspace, so no name leads there. */
const looksInside = ({ path }: SourceFile): boolean => path.startsWith("bench/");

/** Stands for what the build makes, and is not reached where the package is installed. */
const isMadeFromSource = ({ path }: SourceFile): boolean => path === "packages/server/src/web/bundled.ts";

function crossesByPath(file: SourceFile, item: Import): string | undefined {
  if (looksInside(file)) return undefined;
  const target = targetOf(file, item);
  if (target === undefined || packageOf(target) === packageOf(file.path)) return undefined;
  return `imports ${target} by path; packages are reached by their names`;
}

function exceeds(file: SourceFile, { specifier }: Import, dependencies: Dependencies): string | undefined {
  if (/^[.#]/.test(specifier)) return undefined;
  if (isMadeFromSource(file) && specifier === "esbuild") return undefined;
  const here = packageOf(file.path) ?? "";
  const rule = directions[here];
  if (!rule) return `packages/${here} has no row in tools/layers/directions.ts`;
  if (specifier.startsWith("node:"))
    return rule.builtins.test(specifier) ? undefined : `${here} may not import ${specifier}`;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  if (dependencies.names.has(name) && !rule.workspaces.includes(name)) return `${here} may not import ${name}`;
  return dependencies.of(here).includes(name)
    ? undefined
    : `${name} is not a dependency in packages/${here}/package.json`;
}

type Names = Readonly<Record<string, string>>;
type Manifest = { readonly name?: string; readonly dependencies?: Names; readonly peerDependencies?: Names };
type Dependencies = { readonly names: ReadonlySet<string>; readonly of: (folder: string) => readonly string[] };

function readDependencies(files: readonly SourceFile[]): Dependencies {
  const manifests = new Map<string, Manifest>();
  for (const { path, text } of files) {
    const folder = /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder !== undefined) manifests.set(folder, JSON.parse(text));
  }
  return {
    names: new Set([...manifests.values()].flatMap(({ name }) => name ?? [])),
    of: (folder) => {
      const { dependencies, peerDependencies } = manifests.get(folder) ?? {};
      return Object.keys({ ...dependencies, ...peerDependencies });
    },
  };
}
