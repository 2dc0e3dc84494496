import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port of 127.0.0.1 that is free now. It is below those that systems give to clients, so that nobody takes it while the
 * server that owns it is down.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + (next++ % ports);
    if (await isFree(port)) return port;
  }
}

const firstPort = 20_000;
const ports = 12_000;

/** Test files that run at once begin far from each other. */
let next = process.pid * 97;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const outcome = once(server, "listening").then(
    () => true,
    () => false,
  );
  server.listen(port, "127.0.0.1");
  if (!(await outcome)) return false;
  server.close();
  await once(server, "close");
  return true;
}
