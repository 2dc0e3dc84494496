import type { SourceFile, Violation } from "./source.ts";

/** Written so that these lines do not break their own rule. */
const patterns: ReadonlyArray<readonly [RegExp, string]> = [
  [/npmjs\.(?:org|com)|npmmirror\.com|yarnpkg\.com/, "names a package registry; whoever installs chooses it"],
  [
    /(?<![\w.~}$-])\/(?:work|root|tmp|home\/\w+|Users\/\w+)\//,
    "names a path of one machine; use os.tmpdir() or a path relative to the file",
  ],
];

/** What is committed works on any machine and from any registry. Lock files too. */
export const requirePortableText = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap(({ path, text }) =>
    patterns.flatMap(([pattern, why]) => {
      const at = text.search(pattern);
      return at === -1 ? [] : [{ path, line: text.slice(0, at).split("\n").length, message: why }];
    }),
  );
