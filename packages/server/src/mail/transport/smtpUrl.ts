import { ConfigurationError } from "../../refusal.ts";

/** How a mail server is reached. */
export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465). */
  readonly secure: boolean;
  /** STARTTLS, or no mail. */
  readonly requireTLS: boolean;
  /** No TLS even if it is offered. */
  readonly ignoreTLS: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
};

/**
 * Reads `smtp://user:password@host:587` (STARTTLS is demanded) or `smtps://…:465` (TLS from the start). On a loopback host
 * `smtp` goes without TLS, as nothing leaves the machine; `?tls=required` demands it there too, `?tls=never` does without it
 * elsewhere, for a relay on a network of one's own. Throws `ConfigurationError`, never with a part of the URL that may be a password.
 */
export function readSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : fail("This is not a URL.");
  const secure = url.protocol === "smtps:";
  if (!secure && url.protocol !== "smtp:") fail("It begins with smtp:// or smtps://.");
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (!/^[A-Za-z0-9.:-]+$/.test(host)) fail("It needs a host.");
  if (!/^\/?$/.test(url.pathname) || url.hash)
    fail("Leave out path and fragment; write # and / of a password as %23 and %2F.");
  const tls = readTls(url.searchParams);
  if (secure && tls) fail("With smtps:// there is always TLS: leave out tls=.");
  const isLocal = isLoopback(host);
  const plain = !secure && (tls === "never" || (isLocal && tls === undefined));
  const auth = readLogin(url);
  if (plain && auth && !isLocal) fail("tls=never would show user and password to the network.");
  const port = url.port === "" ? (secure ? 465 : 587) : Number(url.port);
  return { host, port, secure, requireTLS: !secure && !plain, ignoreTLS: plain, auth };
}

function readTls(query: URLSearchParams): "required" | "never" | undefined {
  const [first, ...more] = query;
  if (first === undefined) return undefined;
  const [name, value] = first;
  if (more.length > 0 || name !== "tls") fail("It takes tls=required or tls=never and nothing else.");
  return value === "required" || value === "never" ? value : fail("tls is required or never.");
}

function readLogin({ username, password }: URL): SmtpServer["auth"] {
  if (username === "" && password === "") return undefined;
  if (username === "" || password === "") fail("Give user and password, or neither.");
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    return fail("User and password are percent-encoded: write % itself as %25.");
  }
}

function fail(fault: string): never {
  throw new ConfigurationError(`mail.smtp: ${fault} Example: smtp://user:password@mail.example.com:587`);
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
