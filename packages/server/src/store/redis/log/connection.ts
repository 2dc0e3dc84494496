import { StoreBusyError } from "../../../refusal.ts";
import type { Client } from "../client.ts";
import { codeOf } from "../redisError.ts";
import { within } from "../within.ts";

/** One connection that is made when it is needed, and anew after it failed. */
export type LogConnection = {
  /** Runs a script on the two keys of the log. Throws `StoreBusyError` when Redis does not do it. */
  readonly run: (script: string, args: readonly string[]) => Promise<unknown>;
  /** One command. Throws `StoreBusyError`, too. */
  readonly send: (args: readonly string[]) => Promise<unknown>;
  readonly close: () => void;
};

/** A connection for the log with this prefix; in a cluster both keys are on one node. */
export function logConnection(
  connect: (onLost: (error: unknown) => void) => Promise<Client>,
  { prefix, deadlineMs }: { readonly prefix: string; readonly deadlineMs: number },
): LogConnection {
  const [head, entries] = [`{${prefix}:log}:head`, `{${prefix}:log}:entries`];
  let current: Promise<Client> | undefined;

  const open = (): Promise<Client> => {
    const made = connect(() => drop(made));
    made.catch(() => drop(made));
    return made;
  };
  const drop = (made: Promise<Client>): void => {
    if (current === made) current = undefined;
    made.then((client) => client.destroy()).catch(() => undefined);
  };

  const send = async (args: readonly string[]): Promise<unknown> => {
    current ??= open();
    const used = current;
    try {
      return await within(
        deadlineMs,
        used.then((client) => client.send(head, args)),
      );
    } catch (error) {
      drop(used);
      throw new StoreBusyError(`Redis does not keep the revocation log now (${codeOf(error)}).`, { cause: error });
    }
  };
  return {
    send,
    run: (script, args) => send(["EVAL", script, "2", head, entries, ...args]),
    close: () => {
      if (current) drop(current);
    },
  };
}
