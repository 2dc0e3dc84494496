import { guardConformance } from "../../support/guardConformance.ts";
import { running } from "../../support/serve.ts";
import { createApp } from "../src/app.ts";

guardConformance("Koa", async (verifier) => {
  const app = createApp(verifier);
  app.silent = true;
  return running(app.listen(0, "localhost"));
});
