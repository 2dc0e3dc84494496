import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a token must satisfy, in terms that any library can be told. `now` is the time at which it is judged. */
export type CorpusPolicy = {
  readonly issuer: string;
  readonly audience: string;
  readonly now: number;
  readonly typ?: string;
  readonly clockToleranceSeconds?: number;
  readonly maxTtlSeconds?: number;
  readonly maxTokenBytes?: number;
  readonly required?: readonly string[];
  /** Extensions that the caller understands and sees to itself. */
  readonly critical?: readonly string[];
  /** A claim that must be there, and the values it may have. */
  readonly allowedValues?: Readonly<Record<string, readonly string[]>>;
  /** Values of `jti` that have been revoked. */
  readonly revoked?: readonly string[];
};

/** A JWK, as it stands in the file. */
export type Jwk = Readonly<Record<string, unknown>>;

/** A key that is given with its case: how it is to be imported, and for which algorithm. */
export type KeyImport =
  | { readonly as: "public"; readonly alg: string; readonly value: Jwk | string }
  | { readonly as: "secret"; readonly alg: string; readonly value: Jwk }
  | { readonly as: "set"; readonly alg: string; readonly value: unknown };

/** One token and the verdict on it. Either `keys` (names in keys.json) or `import` says what verifies it. */
export type CorpusCase = {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly token: string;
  readonly keys?: readonly string[];
  readonly import?: KeyImport;
  readonly policy: CorpusPolicy;
  readonly expected: string;
};

/** A file of the corpus. */
export type CorpusFile = { readonly kind: string; readonly about: string; readonly cases: readonly CorpusCase[] };

/** The files, in the order in which people should read them. */
export const kinds = ["controls", "form", "header", "algorithm", "signature", "payload", "claims", "badKeys"] as const;

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

const folder = join(root, "packages/jwt/corpus");

/** A file of the corpus as it is committed. */
export const readCorpusFile = (kind: string): CorpusFile => readJson(join(folder, `${kind}.json`));

/** All of them. */
export const readCorpus = (): readonly CorpusFile[] => kinds.map(readCorpusFile);

/** The keys of keys.json by name. */
export const readKeys = (): ReadonlyMap<string, Jwk> =>
  new Map(Object.entries(readJson<{ keys: Record<string, Jwk> }>(join(folder, "keys.json")).keys));

/** Parses a JSON file whose shape is known. */
export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8"));

/** Writes in ASCII, so that characters which nobody can see are seen. */
export function writeCorpusJson(name: string, value: unknown): string {
  const path = join(folder, `${name}.json`);
  const text = JSON.stringify(value, null, 2).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  writeFileSync(path, `${text}\n`);
  return path;
}
