import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A part of the scene in a process of its own. */
export type Program<Ready> = {
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** One question at a time. Rejects when the process ends instead. */
  readonly ask: <Answer>(question: unknown) => Promise<Answer>;
  /** Ends it at once, and resolves when it is gone. */
  readonly stop: () => Promise<void>;
};

/** Starts one of the programs below this folder's parent, as in production, and waits until it is ready. */
export async function startProgram<Ready>(path: string, setting: object): Promise<Program<Ready>> {
  const child = fork(join(import.meta.dirname, "..", path), [JSON.stringify(setting)], {
    execArgv: ["--conditions=@cardea/source", "--disable-warning=ExperimentalWarning"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const failure = ended(child, path);
  failure.catch(() => undefined);
  const heard = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, "message"), failure]);
    return message;
  };
  const ready = (await heard()) as Ready;
  return {
    ready,
    ask: async <Answer>(question: unknown) => {
      const answer = heard();
      child.send({ question });
      return (await answer) as Answer;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function ended(child: ChildProcess, path: string): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`${path} ended with ${String(code)}`);
}

/** What a program has to say when it is ready, and how it answers. */
export type Service = { readonly ready: unknown; readonly answer?: (question: never) => unknown };

/** The other side: starts by the setting, and answers until the process that started it is gone. */
export async function serveProgram<Setting>(start: (setting: Setting) => Promise<Service>): Promise<void> {
  process.once("disconnect", () => process.exit());
  const { ready, answer } = await start(JSON.parse(process.argv[2] ?? ""));
  process.on("message", async ({ question }: { readonly question: unknown }) => {
    const said = await answer?.(question as never);
    process.send?.(said ?? "done");
  });
  process.send?.(ready);
}
