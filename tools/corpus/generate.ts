import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { algorithmCases } from "./algorithmCases.ts";
import { claimCases } from "./claimCases.ts";
import { controlCases } from "./controlCases.ts";
import { type CorpusCase, type CorpusFile, type Jwk, kinds, readCorpusFile, root, writeCorpusJson } from "./corpus.ts";
import { forgedCases } from "./forgedCases.ts";
import { formCases } from "./formCases.ts";
import { headerCases } from "./headerCases.ts";
import { headerKeyCases } from "./headerKeyCases.ts";
import { keyCases } from "./keyCases.ts";
import { payloadCases } from "./payloadCases.ts";
import { signatureCases } from "./signatureCases.ts";
import { trusted } from "./signers.ts";

type Draft = { readonly about: string; readonly cases: readonly CorpusCase[] };

const drafts: Readonly<Record<(typeof kinds)[number], Draft>> = {
  controls: { about: "Good tokens and sound keys, which must be accepted.", cases: controlCases },
  form: { about: "Spellings that are not the compact form.", cases: formCases },
  header: {
    about: "Headers that no verifier should take, under true signatures where one can be made.",
    cases: [...headerCases, ...headerKeyCases],
  },
  algorithm: { about: "Tokens that talk a verifier into another algorithm than its key's.", cases: algorithmCases },
  signature: {
    about: "Signatures that are not by the key, over those bytes, in that form.",
    cases: [...signatureCases, ...forgedCases],
  },
  payload: {
    about: "Payloads that are no JSON object in UTF-8 with unique members, under true signatures.",
    cases: payloadCases,
  },
  claims: { about: "Claims that do not satisfy the policy, under true signatures.", cases: claimCases },
  badKeys: { about: "Keys that no verifier should take. Each case brings its key along.", cases: keyCases },
};

/** The corpus as the generator would have it, with every committed token that still fits kept as it is. */
export const draftCorpus = (
  committed: ReadonlyMap<string, CorpusCase>,
  renew: ReadonlySet<string>,
): readonly CorpusFile[] =>
  kinds.map((kind) => {
    const { about, cases } = drafts[kind];
    return { kind, about, cases: cases.map((draft) => keepToken(draft, committed.get(draft.id), renew)) };
  });

/** The public keys and secrets of keys.json. */
export const draftKeys = (): Readonly<Record<string, Jwk>> =>
  Object.fromEntries(
    trusted.map((by) => [by.name, { ...by.publicKeyObject.export({ format: "jwk" }), alg: by.alg, kid: by.name }]),
  );

/**
 * ECDSA and PSS signatures differ each time, so a token with the same signing input stays as it is. When only the way
 * of signing has changed, name the case on the command line.
 */
function keepToken(draft: CorpusCase, committed: CorpusCase | undefined, renew: ReadonlySet<string>): CorpusCase {
  if (committed === undefined || renew.has(draft.id)) return draft;
  const isSame = signingInput(committed.token) === signingInput(draft.token);
  return isSame ? { ...draft, token: committed.token } : draft;
}

const signingInput = (token: string): string => token.slice(0, token.lastIndexOf("."));

function main(ids: readonly string[]): void {
  const committed = kinds.filter((kind) => existsSync(join(root, `packages/jwt/corpus/${kind}.json`))).flatMap(casesOf);
  const files = draftCorpus(new Map(committed.map((one) => [one.id, one])), new Set(ids));
  const paths = [
    writeCorpusJson("keys", {
      about: "The keys of the corpus. Anybody has them; nothing may trust them.",
      keys: draftKeys(),
    }),
    ...files.map(({ kind, ...file }) => writeCorpusJson(kind, { $schema: "./schema.json", kind, ...file })),
  ];
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  execFileSync(process.execPath, [biome, "format", "--write", ...paths], { cwd: root, stdio: "inherit" });
  for (const { kind, cases } of files) console.log(`${kind}: ${cases.length}`);
}

const casesOf = (kind: string): readonly CorpusCase[] => readCorpusFile(kind).cases;

if (import.meta.main) main(process.argv.slice(2));
