import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { storeConformance } from "cardea/store-conformance";
import { memory } from "../src/store/memory/memory.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-stores-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${files++}.db`);

storeConformance("memory", () => memory().open(realWorld));
storeConformance(
  "sqlite",
  () => sqlite(newFile()).open(realWorld),
  async () => {
    const file = newFile();
    return [await sqlite(file).open(realWorld), await sqlite(file).open(realWorld)];
  },
);
