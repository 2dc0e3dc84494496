import { createSnapshotWriter, endpoints, snapshotMediaType } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import { bytesAnswer } from "./answer.ts";
import { HttpProblem } from "./problem.ts";
import { respondBytes } from "./respond.ts";
import { type Route, route } from "./route.ts";

/** What a snapshot is made of: where the view stands, and its entries part by part. */
type Prints = NonNullable<ReturnType<Feed["view"]["prints"]>>;

/** All that is alive, for verifiers that lack most of it. */
export function snapshotRoute(feed: Pick<Feed, "view">): Route {
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
      refusals: ["not_found"],
    },
    async () => {
      const prints = feed.view.prints();
      // A relay of an issuer that names no key.
      if (!prints) throw new HttpProblem("not_found");
      return respondBytes(streamOf(piecesOf(prints)), snapshotMediaType);
    },
  );
}

const snapshotAnswer = bytesAnswer({
  status: 200,
  description: "A head, parts, and a digest of all that at the end; the page on HTTP has the form of each.",
  type: snapshotMediaType,
});

/** One part at a time, so that a snapshot takes the memory of one, and others get their turn in between. */
function* piecesOf({ head, parts }: Prints): Generator<Uint8Array, undefined> {
  const writer = createSnapshotWriter();
  yield writer.head(head);
  for (const prints of parts()) yield writer.part(prints);
  yield writer.end();
}

/** Pulled by its reader. One that cannot go on breaks off: without its end nobody takes it for whole. */
function streamOf(pieces: Generator<Uint8Array, undefined>): ReadableStream<Uint8Array> {
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const { value } = pieces.next();
    if (value) controller.enqueue(value);
    else controller.close();
  };
  return new ReadableStream({ pull, cancel: () => void pieces.return(undefined) }, { highWaterMark: 0 });
}
