import { eventually } from "../../support/eventually.ts";
import type { Program } from "./program.ts";

/** Waits until every one of these verifiers says that it is live. */
export const everyoneLive = (verifiers: readonly Program[]): Promise<void> =>
  eventually("every verifier is live", async () => (await Promise.all(verifiers.map(isLive))).every(Boolean), 60_000);

async function isLive({ port }: Program): Promise<boolean> {
  const url = `http://127.0.0.1:${port}/`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  return response !== undefined && Object(await response.json()).state === "live";
}
