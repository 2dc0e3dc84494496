import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire between a client and its PostgreSQL that stops amid a conversation, at the very message that a test names. */
export type BreakableWire = {
  readonly port: number;
  /** From now on so many messages of the client reach the server. Then nothing moves any more, in either direction; resolves at that moment. */
  readonly holdAfter: (messages: number) => Promise<void>;
  /** Breaks a wire that is held. The server does what it has been told so far; resolves when it has hung up. */
  readonly cut: () => Promise<void>;
  /** Lets a wire that is held move again. */
  readonly release: () => void;
  readonly close: () => void;
};

type Joint = { readonly near: Socket; readonly far: Socket; readonly split: (bytes: Buffer) => readonly Buffer[] };

/** Starts one on a free port, in front of the server at `target`. */
export async function startBreakableWire(target: number): Promise<BreakableWire> {
  const joints = new Set<Joint>();
  let left = Number.POSITIVE_INFINITY;
  let held = Promise.withResolvers<void>();
  let waiting: (() => void)[] = [];

  /** Does something now, or once the wire is released. */
  const move = (act: () => void): void => {
    if (left > 0) act();
    else waiting.push(act);
  };
  const release = (): void => {
    left = Number.POSITIVE_INFINITY;
    const acts = waiting;
    waiting = [];
    for (const act of acts) act();
  };
  const send = (far: Socket, message: Buffer): void =>
    move(() => {
      far.write(message);
      left -= 1;
      if (left === 0) held.resolve();
    });

  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: "127.0.0.1", noDelay: true });
    const joint = { near, far, split: messageSplitter() };
    joints.add(joint);
    near.on("data", (bytes) => {
      for (const message of joint.split(bytes)) send(far, message);
    });
    far.on("data", (bytes) => move(() => near.write(bytes)));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        joints.delete(joint);
        move(() => other.destroySoon());
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();

  return {
    port: (server.address() as AddressInfo).port,
    holdAfter: (messages) => {
      held = Promise.withResolvers();
      left = messages;
      if (left === 0) held.resolve();
      return held.promise;
    },
    cut: async () => {
      waiting = [];
      const hungUp = [...joints].map(async ({ near, far }) => {
        const closed = once(far, "close");
        far.end();
        near.destroy();
        await closed;
      });
      await Promise.all(hungUp);
      release();
    },
    release,
    close: () => {
      server.close();
      for (const { near, far } of joints) {
        near.destroy();
        far.destroy();
      }
    },
  };
}

/** Splits a client's bytes into messages: the first is a length and its body, the others begin with a letter. */
function messageSplitter(): (bytes: Buffer) => readonly Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  let lengthAt = 0;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const messages: Buffer[] = [];
    while (rest.length >= lengthAt + 4) {
      const end = lengthAt + rest.readInt32BE(lengthAt);
      if (rest.length < end) break;
      messages.push(rest.subarray(0, end));
      rest = rest.subarray(end);
      lengthAt = 1;
    }
    return messages;
  };
}
