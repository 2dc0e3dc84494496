import { endpoints, snapshotMediaType } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import { createSnapshots, type SnapshotReading } from "../revoke/snapshots.ts";
import { bytesAnswer } from "./answer.ts";
import { HttpProblem } from "./problem.ts";
import { respondBytes } from "./respond.ts";
import { type Route, route } from "./route.ts";

/** All that is alive, for verifiers that lack most of it. */
export function snapshotRoute(feed: Pick<Feed, "view">): Route {
  const snapshots = createSnapshots(feed.view);
  return route(
    {
      method: "GET",
      path: endpoints.snapshot,
      operationId: "readRevocationSnapshot",
      summary: "All live revocations by fingerprint, with the position of the log up to which none is missing.",
      guard: "service",
      scope: "revocation:read",
      csrf: "safe",
      body: "none",
      answers: [snapshotAnswer],
      refusals: ["not_found", "overloaded"],
    },
    async () => {
      const reading = snapshots.read();
      // A relay of an issuer that names no key.
      if (!reading) throw new HttpProblem("not_found");
      return respondBytes(streamOf(reading), snapshotMediaType);
    },
  );
}

const snapshotAnswer = bytesAnswer({
  status: 200,
  description: "A head, parts, and a digest of all that at the end; the page on HTTP has the form of each.",
  type: snapshotMediaType,
});

/** Pulled by its reader, who lets others have their turn. One that cannot go on breaks off: without its end nobody takes it for whole. */
function streamOf({ next, close }: SnapshotReading): ReadableStream<Uint8Array> {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      const piece = next();
      if (piece) return controller.enqueue(piece);
      controller.close();
    } catch (error) {
      controller.error(error);
    }
    close();
  };
  return new ReadableStream({ pull, cancel: close }, { highWaterMark: 0 });
}
