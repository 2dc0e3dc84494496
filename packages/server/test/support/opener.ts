import { parentPort, workerData } from "node:worker_threads";
import { keySettings } from "../../src/config/keyOptions.ts";
import { checkOptions } from "../../src/config/options.ts";
import { openKeyRing } from "../../src/keys/keyRing.ts";
import { sqlite } from "../../src/store/sqlite/sqlite.ts";
import { realWorld } from "../../src/world.ts";

/** A thread that opens files at the very moment at which its siblings do, and answers with what it found in each. */
const { files, gate, threads }: { files: readonly string[]; gate: Int32Array; threads: number } = workerData;

for (const [round, file] of files.entries()) {
  if (Atomics.add(gate, round, 1) + 1 === threads) Atomics.notify(gate, round);
  for (let arrived = Atomics.load(gate, round); arrived < threads; arrived = Atomics.load(gate, round)) {
    Atomics.wait(gate, round, arrived, 1000);
  }
  parentPort?.postMessage(await open(file));
}

async function open(file: string): Promise<unknown> {
  const factory = sqlite(file);
  try {
    const store = await factory.open(realWorld);
    const secret = await factory.localSecret(realWorld);
    const options = checkOptions({ issuer: "https://issuer.example", store: factory, keys: { alg: "EdDSA" } });
    const secrets = [secret ?? new Uint8Array()];
    const keys = await openKeyRing({ store: store.keys, secrets, ...keySettings(options), world: realWorld });
    const { kid } = keys.signing();
    await keys.close();
    const { epoch } = (await store.revocations.read(0, 1)).head;
    await store.close();
    return { kid, epoch, secret: Buffer.from(secret ?? []).toString("base64url") };
  } catch (error) {
    return { failed: error instanceof Error ? error.stack : String(error) };
  }
}
