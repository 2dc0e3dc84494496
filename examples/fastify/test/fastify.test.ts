import { guardConformance } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createApp } from "../src/app.ts";

guardConformance("Fastify", async (verifier) => {
  const app = createApp(verifier);
  await app.listen({ port: 0, host: "localhost" });
  return running(app.server);
});
