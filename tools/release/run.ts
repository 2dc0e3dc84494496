import { spawn } from "node:child_process";

type Place = { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
type Outcome = { readonly code: number | null; readonly output: string };

/** Runs a program to its end and returns what it printed. A program that fails throws, with its last lines in the message. */
export async function run(program: string, parameters: readonly string[], place: Place): Promise<string> {
  const { code, output } = await outcomeOf(program, parameters, place);
  if (code === 0) return output;
  const lastLines = output.trimEnd().split("\n").slice(-40).join("\n");
  throw new Error(`${[program, ...parameters].join(" ")} ended with ${code}\n${lastLines}`);
}

/** Runs a program to its end, whatever that is; both of its streams are in `output`. */
export function outcomeOf(program: string, parameters: readonly string[], place: Place): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { ...place, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject).once("close", (code) => resolve({ code, output }));
  });
}
