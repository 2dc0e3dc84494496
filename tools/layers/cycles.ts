import { importsOf, targetOf } from "./imports.ts";
import { isTypeScript, type SourceFile, type Violation } from "./source.ts";

/** No file imports itself through others, not even for types alone: a circle has no bottom to start reading from. */
export function refuseCycles(files: readonly SourceFile[]): readonly Violation[] {
  const byPath = new Map(files.filter(isTypeScript).map((file) => [file.path, file]));
  const finished = new Set<string>();
  const violations: Violation[] = [];

  const visit = (file: SourceFile, trail: readonly string[]): void => {
    if (finished.has(file.path)) return;
    const here = [...trail, file.path];
    for (const item of importsOf(file)) {
      const target = byPath.get(targetOf(file, item) ?? "");
      if (!target) continue;
      const start = here.indexOf(target.path);
      if (start === -1) visit(target, here);
      else
        violations.push({
          path: file.path,
          line: item.line,
          message: `circle: ${[...here.slice(start), target.path].join(" -> ")}`,
        });
    }
    finished.add(file.path);
  };

  for (const file of byPath.values()) visit(file, []);
  return violations;
}
