import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CorpusFile, readCorpus, readJson, root } from "./corpus.ts";
import { corpusPage } from "./corpusPage.ts";
import type { Peer } from "./peers/peer.ts";
import { peers } from "./peers.ts";
import type { MeasuredCase, MeasuredFile, Verdict } from "./verdicts.ts";

/** Where the page is. */
export const pagePath = join(root, "docs/corpus.md");

/** The page as it follows from the committed corpus and the installed libraries. */
export async function measuredPage(): Promise<string> {
  const files: MeasuredFile[] = [];
  for (const file of readCorpus()) files.push(await measureFile(file));
  return corpusPage(
    files,
    peers.map((peer) => ({ ...peer, version: versionOf(peer) })),
  );
}

/** One after the other, since a library's clock may be the machine's. */
async function measureFile({ cases, ...file }: CorpusFile): Promise<MeasuredFile> {
  const measured: MeasuredCase[] = [];
  for (const one of cases) {
    const verdicts: Verdict[] = [];
    for (const peer of peers) verdicts.push(await judge(peer, one));
    measured.push({ ...one, verdicts });
  }
  return { ...file, cases: measured };
}

async function judge(peer: Peer, one: CorpusFile["cases"][number]): Promise<Verdict> {
  const why = peer.excuse(one);
  if (why !== undefined) return { verdict: "excused", why };
  try {
    await peer.verify(one);
    return { verdict: "accepted" };
  } catch (error) {
    // A key is an argument of the caller's, so any error will do there.
    return { verdict: one.import !== undefined || peer.isOwnError(error) ? "refused" : "crashed" };
  }
}

const versionOf = ({ packageName }: Peer): string =>
  readJson<{ readonly version: string }>(join(root, "node_modules", packageName, "package.json")).version;

if (import.meta.main) writeFileSync(pagePath, await measuredPage());
