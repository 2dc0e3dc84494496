import type { Server } from "node:http";
import { serve } from "@hono/node-server";
import { guardConformance } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createApp } from "../src/app.ts";

guardConformance("Hono on Node", async (verifier) => {
  const { fetch } = createApp(verifier);
  return running(serve({ fetch, port: 0, hostname: "localhost" }) as Server);
});

guardConformance("Hono as a function", async (verifier) => {
  const app = createApp(verifier);
  return { call: async (request) => app.fetch(request), close: async () => {} };
});
