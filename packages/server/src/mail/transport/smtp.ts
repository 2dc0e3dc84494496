import { DeliveryError, type Mail, type MailTransport } from "../mail.ts";
import { readSmtpUrl } from "./smtpUrl.ts";

/** Who mails are from, and how the server is spoken to. */
export type SmtpOptions = {
  /** The sender's address. */
  readonly from: string;
  /** The sender's name as people see it. */
  readonly name: string;
  /** At most so many connections (default 5). */
  readonly connections?: number;
  /** Certificates to trust instead of the system's, as PEM; the environment's NODE_EXTRA_CA_CERTS adds to those. */
  readonly ca?: string;
};

/** Sends by a mail server (RFC 5321), over connections that are kept for a while. The URL is `readSmtpUrl`'s. */
export async function openSmtp(url: string, { from, name, connections = 5, ca }: SmtpOptions): Promise<MailTransport> {
  const { auth, ...server } = readSmtpUrl(url);
  // Loaded here, as most processes never send a mail by themselves.
  const { createTransport } = await import("nodemailer");
  const pool = createTransport({
    ...server,
    ...(auth ? { auth } : {}),
    ...(ca === undefined ? {} : { tls: { ca } }),
    pool: true,
    maxConnections: connections,
    // Trying again is the outbox's business: it waits longer and outlives this process.
    maxRequeues: 0,
    ...timeouts,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail, signal) => {
      await pool.sendMail({ ...compose(mail, { from, name }), signal }).catch(rethrow);
    },
    close: () => pool.close({ force: true }),
  };
}

/** The envelope is given, so that no header decides who gets the mail. */
const compose = ({ id, to, subject, text, html, createdAt }: Mail, { from, name }: SmtpOptions) => ({
  envelope: { from, to: [to] },
  from: { name, address: from },
  to: { name: "", address: to },
  subject,
  text,
  html,
  date: new Date(createdAt),
  messageId: `<${id}@${from.slice(from.lastIndexOf("@") + 1)}>`,
  // RFC 3834: nobody's "I am away" shall answer.
  headers: { "Auto-Submitted": "auto-generated" },
  xMailer: false as const,
});

/** In milliseconds. The outbox has a bound for the whole of it. */
const timeouts = {
  dnsTimeout: 10_000,
  connectionTimeout: 15_000,
  greetingTimeout: 15_000,
  socketTimeout: 30_000,
  /** Shorter than what servers allow, so that it is us who hang up. */
  idleTimeout: 30_000,
};

/** The server's words stay here: they often repeat the address. */
function rethrow(error: unknown): never {
  const { responseCode, command, code }: SmtpFault = Object(error);
  if (responseCode !== undefined && responseCode !== 0) {
    throw new DeliveryError(`smtp_${responseCode}`, isFinal(responseCode, command));
  }
  throw new DeliveryError(typeof code === "string" ? code : "failed", false);
}

type SmtpFault = { readonly responseCode?: number; readonly command?: string; readonly code?: string };

/**
 * A 5yz about the recipient or the text is final (RFC 5321 4.2.1). One about us is not, since somebody will put it right: a
 * sender that is not allowed, a login that fails, "log in first" (530, 535, 538), or commands out of order (503).
 */
const isFinal = (code: number, command: string | undefined): boolean =>
  code >= 500 && (command === "RCPT TO" || command === "DATA") && ![503, 530, 534, 535, 538].includes(code);
