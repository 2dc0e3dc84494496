import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import type { RevocationView } from "@cardea/verifier/judge";
import { addNews, type Sets } from "./entries.ts";
import { newIdentifier } from "./identifiers.ts";

/** Who takes part, in the order of the table. */
export const contenderNames = [
  "handle, nothing new",
  "handle, after news",
  "view, from strings",
  "three sets of strings",
  "verify EdDSA",
] as const;
export type ContenderName = (typeof contenderNames)[number];

/** Something that is asked over and over. Each has a loop of its own, since a shared one would cost as much as what it measures. */
export type Contender = {
  readonly name: ContenderName;
  /** How many questions a turn has. */
  readonly questions: number;
  /** What comes before the clock starts. */
  readonly prepare?: () => void;
  /** Some questions of a turn. Throws if an answer is wrong: no figure may be the time of a failure. */
  readonly run: (from: number, to: number) => void;
};

/** More tokens than a processor's inner caches hold what is looked up about them. */
const tokenCount = 16_384;

/** Tokens that nothing kills, as nearly all are, and the ways to find that out. */
export function newContenders(view: RevocationView, sets: Sets | undefined): readonly Contender[] {
  const tokens = Array.from({ length: tokenCount }, newToken);
  return [...byHandle(view, tokens), byView(view, tokens), ...(sets ? [bySets(sets, tokens)] : []), byEdDsa()];
}

const newToken = () => ({
  jti: newIdentifier(),
  sid: newIdentifier(),
  sub: newIdentifier(),
  client_id: "web",
  iat: 1_800_000_000,
  rvp: 1,
});

type Token = ReturnType<typeof newToken>;

function byHandle(view: RevocationView, tokens: readonly Token[]): readonly Contender[] {
  const handles = tokens.map((claims) => view.handleOf(claims, "k"));
  const questions = handles.length;
  const run = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (handles[at]?.isRevoked() !== false) throw wrong("a handle");
  };
  const runAfterNews = (from: number, to: number): void => {
    for (let at = from; at < to; at++) if (handles[at]?.isRevoked() !== false) throw wrong("a handle");
  };
  return [
    { name: "handle, nothing new", questions, prepare: () => run(0, questions), run },
    { name: "handle, after news", questions, prepare: () => addNews(view, 1), run: runAfterNews },
  ];
}

function byView(view: RevocationView, tokens: readonly Token[]): Contender {
  const run = (from: number, to: number): void => {
    for (const token of tokens.slice(from, to)) if (view.isRevoked(token, "k")) throw wrong("the view");
  };
  return { name: "view, from strings", questions: tokens.length, run };
}

function bySets({ token: jtis, session: sids, subject: subs }: Sets, tokens: readonly Token[]): Contender {
  const run = (from: number, to: number): void => {
    for (const { jti, sid, sub } of tokens.slice(from, to)) {
      if (jtis.has(jti) || sids.has(sid) || subs.has(sub)) throw wrong("a set");
    }
  };
  return { name: "three sets of strings", questions: tokens.length, run };
}

/** What a service does for each token that it does not remember, and what a check for revocation is to vanish beside. */
function byEdDsa(): Contender {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const input = randomBytes(500);
  const signature = sign(null, input, privateKey);
  const questions = 100;
  const run = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (!verify(null, input, publicKey, signature)) throw wrong("the signature");
    }
  };
  return { name: "verify EdDSA", questions, run };
}

const wrong = (who: string): Error => new Error(`${who} gave a wrong answer`);
