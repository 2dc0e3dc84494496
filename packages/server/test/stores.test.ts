import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { memory, realWorld, sqlite } from "cardea";
import { storeConformance } from "cardea/store-conformance";

const folder = mkdtempSync(join(tmpdir(), "cardea-stores-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

storeConformance("memory", () => memory().open(realWorld));
storeConformance("sqlite", () => sqlite(join(folder, `${files++}.db`)).open(realWorld));
