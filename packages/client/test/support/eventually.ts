import { setTimeout as delay } from "node:timers/promises";

/** Waits until something holds, asking again and again; throws after a generous deadline, with what was waited for. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 2000; attempt++) {
    if (await holds()) return;
    await delay(10);
  }
  throw new Error(`Waited in vain until ${what}.`);
}
