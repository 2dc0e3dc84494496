import { accountConformance } from "./accounts.ts";
import { auditConformance } from "./audit.ts";
import { counterConformance } from "./counters.ts";
import { keyConformance } from "./keys.ts";
import { linkConformance } from "./links.ts";
import { mailConformance } from "./mails.ts";
import { revocationConformance } from "./revocations.ts";
import { serviceConformance } from "./services.ts";
import { sessionConformance } from "./sessions.ts";
import type { OpenStore } from "./subject.ts";
import { verifierConformance } from "./verifiers.ts";
import { type OpenTwo, watchConformance } from "./watch.ts";

export type { OpenStore } from "./subject.ts";
export type { OpenTwo } from "./watch.ts";

/**
 * What a store must do, as a suite for node:test: races included, and nothing can be opted out of. `open` gives a fresh, empty
 * store each time; the suite closes it. `openTwo` gives two over one place, for what a process learns of another (default: one store, taken
 * for both). Call it in a test file of your adapter.
 */
export function storeConformance(name: string, open: OpenStore, openTwo: OpenTwo = twiceTheSame(open)): void {
  accountConformance(name, open);
  sessionConformance(name, open);
  linkConformance(name, open);
  keyConformance(name, open);
  serviceConformance(name, open);
  revocationConformance(name, open);
  mailConformance(name, open);
  auditConformance(name, open);
  counterConformance(name, open);
  verifierConformance(name, open);
  watchConformance(name, openTwo);
}

const twiceTheSame =
  (open: OpenStore): OpenTwo =>
  async () => {
    const store = await open();
    return [store, { ...store, close: async () => undefined }];
  };
