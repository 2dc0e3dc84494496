import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "../src/store/ports.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { eventually } from "./support/servers/eventually.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-watch-"));
after(() => rmSync(folder, { recursive: true }));

/** Two processes on one file, and how often the one that watches is called. */
async function watching(name: string) {
  const open = (): Promise<Store> => sqlite(join(folder, `${name}.db`)).open(realWorld);
  const [here, there] = [await open(), await open()];
  let calls = 0;
  const stop = here.revocations.watch(() => {
    calls += 1;
  });
  await eventually("it has looked once", () => calls === 1);
  return { here, there, stop, calls: () => calls };
}

const entry = { kind: "session", key: "s1", expiresAt: 1_900_000_000_000 } as const;
const note = { serviceId: "svc", name: "api", epoch: "e", applied: 0, maxStalenessMs: 5000 } as const;

/** Longer than from one look to the next. Were it too short on a busy machine, the test would see less, and fail no more often. */
const someLooks = (): Promise<void> => delay(100);

describe("who watches the log on a file", () => {
  test("is not called by what moves everything but the log", async () => {
    const { here, there, stop, calls } = await watching("others");
    for (let heardAt = 1; heardAt <= 5; heardAt++) {
      await there.verifiers.note([{ ...note, heardAt }]);
      await someLooks();
    }
    assert.equal(calls(), 1);
    await there.revocations.append([entry]);
    await eventually("it is called", () => calls() === 2);
    stop();
    await Promise.all([here.close(), there.close()]);
  });

  test("takes no process with it when the file can be read no more", async () => {
    const { here, there, stop, calls } = await watching("closed");
    await here.close();
    await there.revocations.append([entry]);
    await someLooks();
    assert.equal(calls(), 1);
    stop();
    await there.close();
  });

  test("is not called any more once it has stopped", async () => {
    const { here, there, stop, calls } = await watching("stopped");
    let others = 0;
    const stopOther = here.revocations.watch(() => {
      others += 1;
    });
    await eventually("the other one has looked", () => others === 1);
    stop();
    await there.revocations.append([entry]);
    await eventually("the other one is called", () => others === 2);
    assert.equal(calls(), 1);
    stopOther();
    await Promise.all([here.close(), there.close()]);
  });
});
