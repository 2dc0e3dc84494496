import { type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** What a finished process left behind. */
export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs this Node, on the sources, to its end; `input` is its standard input. */
export async function runNode(
  words: readonly string[],
  { input = "", ...options }: SpawnOptions & { readonly input?: string } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--conditions=@cardea/source", ...words], { ...options, stdio: "pipe" });
  const ended = once(child, "close");
  child.stdin?.end(input);
  const read = async (stream: NodeJS.ReadableStream | null): Promise<string> => (stream ? text(stream) : "");
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
  const [code] = await ended;
  return { code: typeof code === "number" ? code : null, stdout, stderr };
}
