import { createVerifier } from "@cardea/verifier";
import type { CrowdSetting } from "./crowd.ts";
import { type Service, serveProgram } from "./program.ts";

/** So many verifiers that follow one issuer, each over connections of its own. */
async function start({ issuer, credentials, verifiers }: CrowdSetting): Promise<Service> {
  const revocation = { maxStaleness: "5s", whenStale: "deny" } as const;
  for (let left = verifiers; left > 0; left -= 25) {
    const batch = Array.from({ length: Math.min(left, 25) }, () =>
      createVerifier({ issuer, audience: "app", credentials, revocation, readyTimeout: "5m" }).ready(),
    );
    await Promise.all(batch);
  }
  return { ready: "live" };
}

await serveProgram(start);
