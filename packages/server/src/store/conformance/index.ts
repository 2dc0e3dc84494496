import { accountConformance } from "./accounts.ts";
import { keyConformance } from "./keys.ts";
import { revocationConformance } from "./revocations.ts";
import { serviceConformance } from "./services.ts";
import { sessionConformance } from "./sessions.ts";
import type { OpenStore } from "./subject.ts";

export type { OpenStore } from "./subject.ts";

/**
 * What a store must do, as a suite for node:test: races included, and nothing can be opted out of. `open` gives a fresh, empty
 * store each time; the suite closes it. Call it in a test file of your adapter.
 */
export function storeConformance(name: string, open: OpenStore): void {
  accountConformance(name, open);
  sessionConformance(name, open);
  keyConformance(name, open);
  serviceConformance(name, open);
  revocationConformance(name, open);
}
