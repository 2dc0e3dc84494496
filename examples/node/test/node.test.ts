import { createServer } from "node:http";
import { guardConformance } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createApp } from "../src/app.ts";
import { createFetchApp } from "../src/fetchApp.ts";

guardConformance("node:http", (verifier) => running(createServer(createApp(verifier)).listen(0, "localhost")));

guardConformance("Request to Response", async (verifier) => ({
  call: createFetchApp(verifier),
  close: async () => {},
}));
