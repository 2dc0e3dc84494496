import { endpoints, parsePosition } from "@cardea/verifier/wire";
import { z } from "zod";
import type { Feed } from "../revoke/feed.ts";
import { jsonAnswer, textAnswer } from "./answer.ts";
import { type FeedSettings, feedStream } from "./feedStream.ts";
import { HttpProblem } from "./problem.ts";
import { respondEvents } from "./respond.ts";
import { type Route, route } from "./route.ts";

/** The revocation feed for verifiers in other processes: a push stream with a cursor, and the head that their lease rests on. */
export function revocationRoutes({
  feed,
  settings,
}: {
  readonly feed: Feed;
  readonly settings: FeedSettings;
}): readonly Route[] {
  return [
    route(
      {
        method: "GET",
        path: endpoints.feed,
        operationId: "readRevocationFeed",
        summary: "Revocations as they happen, after the position in Last-Event-ID or from the beginning.",
        guard: "service",
        csrf: "safe",
        body: "none",
        answers: [feedAnswer],
        refusals: ["invalid_request"],
      },
      async ({ request }) => {
        const lastEventId = request.headers.get("last-event-id");
        const cursor = lastEventId === null ? undefined : parsePosition(lastEventId);
        if (lastEventId !== null && !cursor)
          throw new HttpProblem("invalid_request", { detail: "Last-Event-ID is <epoch>:<position>." });
        return respondEvents(await feedStream(feed, settings, { cursor, signal: request.signal }));
      },
    ),
    route(
      {
        method: "GET",
        path: endpoints.head,
        operationId: "readRevocationHead",
        summary: "Where the revocation log stands, from a read that began after the question arrived.",
        guard: "service",
        csrf: "safe",
        body: "none",
        answers: [headAnswer],
      },
      async () => {
        const { epoch, pos } = await feed.pull();
        return headAnswer.with({ epoch, head: pos });
      },
    ),
  ];
}

const feedAnswer = textAnswer(
  {
    status: 200,
    description: "Server-sent events: hello, r (revocations) and hb (heartbeat).",
    type: "text/event-stream",
  },
  'event: hb\ndata: {"head":7}\n\n',
);

const headAnswer = jsonAnswer(
  { status: 200, description: "The head of the log." },
  z.strictObject({ epoch: z.string(), head: z.number().int() }).meta({ id: "RevocationHead" }),
  { epoch: "dGhlIGVwb2NoIG9mIGl0", head: 7 },
);
