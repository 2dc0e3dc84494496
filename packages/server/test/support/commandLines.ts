import { text } from "node:stream/consumers";
import { main } from "../../src/cli/main.ts";

/** A command line with the environment variables it adds. */
export type CommandLine = { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> };

/** How it ended. */
export type CommandEnd = { readonly code: number; readonly out: string; readonly err: string };

/** A program: runs the command lines on its standard input one after another, since starting Node for each would take most of the time. */
const lines: readonly CommandLine[] = JSON.parse(await text(process.stdin));
const ends: CommandEnd[] = [];
for (const line of lines) ends.push(await captured(line));
process.stdout.write(JSON.stringify(ends));

async function captured({ argv, env = {} }: CommandLine): Promise<CommandEnd> {
  const streams = { out: process.stdout, err: process.stderr };
  const writes = { out: streams.out.write, err: streams.err.write };
  const end = { out: "", err: "" };
  for (const name of ["out", "err"] as const) {
    streams[name].write = (bytes: string | Uint8Array): boolean => {
      end[name] += bytes;
      return true;
    };
  }
  Object.assign(process.env, env);
  const code = await main(argv);
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(streams.out, { write: writes.out });
  Object.assign(streams.err, { write: writes.err });
  return { code, ...end };
}
