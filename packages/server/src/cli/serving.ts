import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigurationError } from "../refusal.ts";
import type { Log } from "./log.ts";

/** Listens, and says on which port: 0 takes a free one. Throws `ConfigurationError` for a taken one; `otherPort` words the flag that names another. */
export async function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
  otherPort: (free: number) => string,
): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw isTaken(error)
      ? new ConfigurationError(
          `Port ${port} is taken. Stop the program that has it, or choose another: ${otherPort(port + 1)}, or CARDEA_PORT=${port + 1}`,
        )
      : error;
  }
  return (server.address() as AddressInfo).port;
}

const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/** An exception that nothing caught leaves the process in a state that nobody knows: it is logged, and a supervisor starts anew. */
export function endWhenLost(log: Log): void {
  process.once("uncaughtException", (error) => {
    log.lastWord(error);
    process.exit(1);
  });
}

/** Resolves at SIGINT or SIGTERM. */
export async function untilToldToStop(): Promise<void> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
