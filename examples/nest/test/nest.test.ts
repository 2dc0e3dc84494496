import { FastifyAdapter } from "@nestjs/platform-fastify";
import { guardConformance, type Start } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createApp } from "../dist/app.js";

guardConformance("Nest over Express", startWith());
guardConformance(
  "Nest over Fastify",
  startWith(() => new FastifyAdapter()),
);

function startWith(makeAdapter?: () => FastifyAdapter): Start {
  return async (verifier) => {
    const app = await createApp(verifier, makeAdapter?.());
    await app.listen(0, "localhost");
    return running(app.getHttpServer());
  };
}
