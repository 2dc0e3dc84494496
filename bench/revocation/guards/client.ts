import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Connections to one server, each of which waits for an answer before it asks again. */
export type Client = {
  /** Asks for so long, and answers how many answers came. Rejects for any answer but 200. */
  readonly askFor: (ms: number) => Promise<number>;
  readonly close: () => void;
};

/** Opens so many connections. The requests are written beforehand, and of an answer only status and length are read, so that the client is no part of what is measured. */
export async function openClient(port: number, headers: readonly string[], connections: number): Promise<Client> {
  const requests = headers.map((header) => Buffer.from(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n\r\n`));
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(port)));
  let next = 0;
  return {
    askFor: async (ms) => {
      const until = performance.now() + ms;
      const counts = sockets.map((socket) => askOver(socket, until, () => requests[next++ % requests.length]));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

function askOver(socket: Socket, until: number, request: () => Buffer | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let rest = "";
    const ask = (): void => void socket.write(request() ?? "");
    const end = (outcome: () => void): void => {
      socket.off("data", hear).off("error", fail).off("close", fail);
      outcome();
    };
    const fail = (error?: unknown): void =>
      end(() => reject(error instanceof Error ? error : new Error("The server closed a connection.")));
    const hear = (bytes: Buffer): void => {
      rest += bytes.toString("latin1");
      const length = lengthOf(rest);
      if (length === undefined || rest.length < length) return;
      const answer = rest;
      rest = "";
      count += 1;
      if (!answer.startsWith("HTTP/1.1 200 ")) fail(new Error(`A server answered ${answer.slice(9, 12)}.`));
      else if (performance.now() < until) ask();
      else end(() => resolve(count));
    };
    socket.on("data", hear).on("error", fail).on("close", fail);
    ask();
  });
}

/** Of the whole answer, once its head is there. */
function lengthOf(text: string): number | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  if (length === undefined) throw new Error("A server answered without a length.");
  return end + 4 + Number(length);
}
