import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** A mail as it came over the wire. */
export type Delivered = {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
  readonly encrypted: boolean;
  readonly user: string | undefined;
};

/** A real mail server on a free port of this machine. */
export type MailServer = {
  readonly port: number;
  readonly url: string;
  readonly delivered: readonly Delivered[];
  /** Resolves when that many have come in all. */
  readonly has: (count: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Starts a server. `answer` sees each recipient before the text comes: an error refuses it, a promise makes the client wait. */
export async function startMailServer({
  port = 0,
  answer = async () => undefined,
  accept = async () => undefined,
  ...options
}: SMTPServerOptions & {
  readonly port?: number;
  readonly answer?: (recipient: string) => Promise<unknown>;
  readonly accept?: (source: string) => Promise<unknown>;
} = {}): Promise<MailServer> {
  const delivered: Delivered[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 1,
    ...options,
    onRcptTo: ({ address }, _session, callback) => {
      answer(address).then(() => callback(), callback);
    },
    onData: (stream, { envelope, secure, user }, callback) => {
      const take = async (): Promise<void> => {
        const source = await text(stream);
        await accept(source);
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        delivered.push({ from, to, source, encrypted: secure, user: typeof user === "string" ? user : undefined });
        for (const { count, resolve } of waiting) if (delivered.length >= count) resolve();
      };
      take().then(() => callback(), callback);
    },
  });
  server.on("error", () => undefined);
  const listening = Promise.withResolvers<void>();
  const socket = server.listen(port, "localhost", listening.resolve);
  await listening.promise;
  const { port: taken } = socket.address() as AddressInfo;
  return {
    port: taken,
    url: `smtp://localhost:${taken}`,
    delivered,
    has: (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      if (delivered.length >= count) resolve();
      return promise;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A refusal with a code of SMTP. */
export const smtpError = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** One part of a mail, decoded from quoted-printable or as it is. */
export function partOf(source: string, type: "text/plain" | "text/html"): string {
  const part = source.split(/\r\n--/).find((one) => one.includes(`Content-Type: ${type}`)) ?? "";
  const [head = "", ...body] = part.split("\r\n\r\n");
  const content = body.join("\r\n\r\n");
  return /quoted-printable/i.test(head) ? unquote(content) : content;
}

/** The value of a header, unfolded. */
export const headerOf = (source: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, "im")
    .exec(source.split("\r\n\r\n")[0] ?? "")?.[1]
    ?.replace(/\r\n[ \t]/g, " ");

const unquote = (content: string): string =>
  Buffer.from(
    content
      .replace(/=\r\n/g, "")
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
