import { createHash } from "node:crypto";
import { type Duration, parseDuration } from "@cardea/verifier";
import { ConfigurationError } from "../../refusal.ts";
import type { Fetch } from "../../world.ts";
import type { BreachedPasswords } from "./policy.ts";

/** Settings of `hibp`. `whenDown` says what becomes of a password that could not be checked; neither is right for everybody, so there is no default. */
export type HibpOptions = {
  readonly whenDown: "accept" | "refuse";
  /** The range API; default `https://api.pwnedpasswords.com/range/`. The five hexadecimal digits are put behind it. */
  readonly url?: string;
  /** How long an answer may take; default `2s`. */
  readonly timeout?: Duration;
};

/**
 * Asks the Pwned Passwords range API, or a copy of it, whether a password was in a breach. Five of the 40 digits of the password's
 * SHA-1 leave the process, and the answer is padded: neither the service nor an observer learns the password. Down is no answer
 * in time, another status than 200, and an answer of another form; it is told to `onFault` in any case.
 * Throws `ConfigurationError` for options that do not fit.
 */
export function hibp(options: HibpOptions): BreachedPasswords {
  const { whenDown, url, timeoutMs } = checked(options);
  return async (password, { fetch, onFault }) => {
    const digest = createHash("sha1").update(password).digest("hex").toUpperCase();
    try {
      return countIn(await askRange(fetch, url + digest.slice(0, 5), timeoutMs), digest.slice(5)) > 0;
    } catch (error) {
      if (whenDown === "refuse") throw error;
      onFault(error);
      return false;
    }
  };
}

/** A forgotten `whenDown` must not come out as one of its values. */
function checked({
  whenDown,
  url = "https://api.pwnedpasswords.com/range/",
  timeout = "2s",
  ...unknown
}: HibpOptions): {
  readonly whenDown: HibpOptions["whenDown"];
  readonly url: string;
  readonly timeoutMs: number;
} {
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) throw new ConfigurationError(`hibp: no option "${misspelt}".`);
  if (whenDown !== "accept" && whenDown !== "refuse")
    throw new ConfigurationError(
      'hibp: say what becomes of a password while the service is down: whenDown: "accept" or "refuse".',
    );
  if (!URL.canParse(url)) throw new ConfigurationError("hibp: url: Give the URL of the range API.");
  return { whenDown, url, timeoutMs: milliseconds(timeout) };
}

function milliseconds(timeout: Duration): number {
  try {
    return parseDuration(timeout);
  } catch {
    throw new ConfigurationError('hibp: timeout: Write a span of time such as "2s".');
  }
}

/** An answer has some 1000 lines of 42 characters, twice as many when it is padded. */
const longestAnswer = 512 * 1024;

async function askRange(ask: Fetch, url: string, timeoutMs: number): Promise<string> {
  const response = await ask(url, {
    headers: { "add-padding": "true", "user-agent": "cardea" },
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The breach service answered ${response.status}.`);
  }
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longestAnswer) throw new Error("The breach service answered too much.");
  }
  return text;
}

/** How often the digest was seen; lines of the padding have the count 0. */
function countIn(answer: string, suffix: string): number {
  const lines = answer.trimEnd().split(/\r?\n/);
  if (!lines.every((line) => /^[0-9A-F]{35}:\d{1,12}$/.test(line)))
    throw new Error("The breach service answered in another form than lines of SUFFIX:COUNT.");
  return Number(lines.find((line) => line.startsWith(suffix))?.slice(36) ?? 0);
}
