import type { VerifierOptions } from "@cardea/verifier";
import { startService } from "./service.ts";

// The program of a service process: waits for its options, answers with its URL, and ends with the process that started it.
process.once("disconnect", () => process.exit());
process.once("message", async (options: VerifierOptions) => {
  const { url } = await startService(options);
  process.send?.(url);
});
