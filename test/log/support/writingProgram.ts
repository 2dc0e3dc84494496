import { once } from "node:events";
import { writeSync } from "node:fs";
import { openAt } from "./places.ts";
import { write } from "./writing.ts";

// A process with several writers, each with a store of its own. It says when it is ready, and waits for a word.
const { kind, place, writers }: { kind: string; place: string; writers: readonly number[] } = JSON.parse(
  process.argv[2] ?? "",
);
const say = (value: unknown): number => writeSync(1, `${JSON.stringify(value)}\n`);

const stores = await Promise.all(writers.map(() => openAt(kind, place)));
say("ready");
await once(process.stdin, "data");
await Promise.all(stores.map((store, index) => write(store, writers[index] ?? 0, say)));
await Promise.all(stores.map((store) => store.close()));
process.exit();
