import type { World } from "../world.ts";
import { type Issuing, openIssuing } from "./issuing.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";
import { type SandboxName, wordOf } from "./sandboxName.ts";
import { type ServiceThread, startServiceThread } from "./serviceThread.ts";

/** The sandboxes, each opened when it is asked for first and closed when nobody uses it. */
export type Sandboxes = {
  /** The issuer alone, as soon as it is there: its own services ask it while they start. */
  readonly issuing: (name: SandboxName) => Promise<Issuing>;
  readonly sandbox: (name: SandboxName) => Promise<Sandbox>;
  /** Closes those that nobody has used for half an hour, with all that is in them. Runs by itself, too. */
  readonly sweep: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const idleMs = 30 * 60_000;

type Open = { readonly issuing: Promise<Issuing>; readonly sandbox: Promise<Sandbox>; usedAt: number };

/** `origin` is what issuers are named by, `reachedAt` the origin under which this machine reaches them. */
export function createSandboxes({
  origin,
  reachedAt,
  world,
}: {
  readonly origin: string;
  readonly reachedAt: string;
  readonly world: Pick<World, "monotonic">;
}): Sandboxes {
  const opened = new Map<string, Open>();
  let threads: readonly ServiceThread[] | undefined;

  const open = (name: SandboxName): Open => {
    threads ??= ["orders", "billing"].map(startServiceThread);
    const issuing = openIssuing(name, origin);
    const services = threads;
    const sandbox = issuing.then((one) => openSandbox(name, one, { threads: services, reachedAt }));
    const one: Open = { issuing, sandbox, usedAt: world.monotonic() };
    // What could not be opened is tried anew by whoever comes next.
    sandbox.catch(() => opened.delete(wordOf(name)));
    opened.set(wordOf(name), one);
    return one;
  };

  const use = (name: SandboxName): Open => {
    const one = opened.get(wordOf(name)) ?? open(name);
    one.usedAt = world.monotonic();
    return one;
  };

  const closeOne = async ({ sandbox, issuing }: Open): Promise<void> => {
    await sandbox.then(
      ({ close }) => close(),
      () => issuing.then(({ close }) => close()).catch(() => undefined),
    );
  };

  const sweep = async (): Promise<void> => {
    const idle = [...opened].filter(([, { usedAt }]) => world.monotonic() - usedAt >= idleMs);
    for (const [word] of idle) opened.delete(word);
    await Promise.allSettled(idle.map(([, one]) => closeOne(one)));
  };
  const sweeping = setInterval(() => void sweep(), 60_000).unref();

  return {
    issuing: (name) => (opened.get(wordOf(name)) ?? open(name)).issuing,
    sandbox: (name) => use(name).sandbox,
    sweep,
    close: async () => {
      clearInterval(sweeping);
      await Promise.allSettled([...opened.values()].map(closeOne));
      opened.clear();
      await Promise.all((threads ?? []).map((thread) => thread.close()));
    },
  };
}
