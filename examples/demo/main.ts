import type { JsonWebKey } from "node:crypto";
import { acts } from "./acts.ts";
import { startCast } from "./cast.ts";
import { playCutFeed } from "./cutFeed.ts";
import { describeEnd } from "./signOut.ts";
import { play, type Result } from "./story.ts";
import { createTranscript } from "./transcript.ts";

// Sign in, get a token, verify it elsewhere, sign out: in every mode, over real sockets, each party a process of its own.
const transcript = createTranscript(process.stdout);
const results: Result[] = [];
let publicJwk: JsonWebKey | undefined;

for (const [at, act] of acts.entries()) {
  transcript.heading(`${at + 1} of ${acts.length}  ${act.mode}, ${act.alg}`, act.about);
  const cast = await startCast(act, publicJwk);
  try {
    results.push(await play(act, cast, transcript));
    publicJwk ??= cast.publicJwk;
  } finally {
    await cast.stop();
  }
}

transcript.heading(
  "The feed is cut",
  "Hybrid, and three services that trust their view for a second without news. After that each does what its whenStale says.",
);
await playCutFeed(transcript);

transcript.heading(
  "What was measured",
  "by services in processes of their own on this machine, over loopback; the slower of the two services",
);
transcript.table(
  ["MODE", "LOOK-UPS PER REQUEST", "MICROSECONDS PER CHECK", "SIGN-OUT HOLDS EVERYWHERE"],
  results.map(({ lookups, micros, holdsAfterMs }, at) => [
    `${acts[at]?.mode}, ${acts[at]?.alg}`,
    lookups === 0 ? "0" : `${lookups} (HTTP to the issuer, one store read there)`,
    micros.toFixed(0),
    describeEnd(Number.isFinite(holdsAfterMs) ? holdsAfterMs : undefined),
  ]),
);

const failures = transcript.failures();
process.stdout.write(
  failures.length === 0
    ? "\nEvery expectation held.\n"
    : `\n${failures.length} expectations did not hold:\n${failures.map((failure) => `  ${failure}\n`).join("")}`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
