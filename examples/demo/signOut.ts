import { setTimeout as delay } from "node:timers/promises";
import { get } from "./people.ts";

/** Longer than the longest token of the demo that only its expiry ends. */
const patienceMs = 12_000;

/**
 * Calls a service with the token until it refuses, and says how many milliseconds after the sign-out that was; undefined when
 * it never did. As fast as it answers at first, then calmly.
 */
export async function watchUntilRefused(
  url: string,
  { token, signedOutAt }: { readonly token: string; readonly signedOutAt: number },
): Promise<number | undefined> {
  for (;;) {
    const { status } = await get(url, token);
    const afterMs = performance.now() - signedOutAt;
    if (status === 401) return afterMs;
    if (status !== 200 || afterMs > patienceMs) return undefined;
    if (afterMs > 500) await delay(20);
  }
}

/** A watch's end, for people. */
export function describeEnd(afterMs: number | undefined): string {
  if (afterMs === undefined) return `still accepted after ${patienceMs / 1000} s`;
  return afterMs < 1000
    ? `${afterMs.toFixed(1)} ms after the sign-out`
    : `${(afterMs / 1000).toFixed(1)} s after the sign-out, when the token expired`;
}
