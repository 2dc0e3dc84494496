import { Buffer } from "node:buffer";
import type { World } from "./world.ts";

/** What a request may cost, and who may end it. */
export type FetchLimits = {
  readonly world: Pick<World, "fetch">;
  /** For the whole exchange, so a body that drips in is cut off too. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

/**
 * Fetches a text of bounded size within a bounded time. Redirects are refused: whoever may redirect us chooses whom we trust.
 * Rejects with an Error that names the URL and the cause; the answer's body never becomes part of a message.
 */
export async function fetchText(
  url: string,
  init: RequestInit,
  limits: FetchLimits,
): Promise<{ readonly text: string; readonly headers: Headers }> {
  const { body, headers } = await fetchWhole(url, init, limits, readText);
  return { text: body, headers };
}

/** Fetches bytes in the same way. */
export async function fetchBytes(url: string, init: RequestInit, limits: FetchLimits): Promise<Uint8Array> {
  const { body } = await fetchWhole(url, init, limits, readBytes);
  return body;
}

async function fetchWhole<Body>(
  url: string,
  init: RequestInit,
  { world, timeoutMs, maxBytes, signal }: FetchLimits,
  read: (response: Response, maxBytes: number) => Promise<Body>,
): Promise<{ readonly body: Body; readonly headers: Headers }> {
  const exchange = new AbortController();
  const stop = (): void => exchange.abort(signal.reason);
  const timer = setTimeout(() => exchange.abort(new Error(`no complete answer within ${timeoutMs} ms`)), timeoutMs);
  timer.unref();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const response = await world.fetch(url, { ...init, redirect: "error", signal: exchange.signal });
    if (response.status !== 200) throw new Error(statusFault(response.status));
    return { body: await read(response, maxBytes), headers: response.headers };
  } catch (cause) {
    throw new Error(`${url}: ${describeFault(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    exchange.abort();
  }
}

/** What a status other than 200 means. A 401 is nearly always credentials that were made for another store. */
export const statusFault = (status: number): string =>
  `the answer's status is ${status}${status === 401 ? ": the issuer does not know these credentials" : ""}`;

/** One line for people about anything thrown; the reason that `fetch` hides in `cause` comes first. */
export function describeFault(fault: unknown): string {
  if (!(fault instanceof Error)) return "unknown fault";
  if (fault.cause instanceof Error && fault.message === "fetch failed") return describeFault(fault.cause);
  return fault.message || ("code" in fault && typeof fault.code === "string" ? fault.code : fault.name);
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  for await (const chunk of chunksOf(response, maxBytes)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(response, maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* chunksOf(response: Response, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    yield chunk;
  }
}
