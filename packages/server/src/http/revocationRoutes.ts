import { endpoints, parsePosition } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import { type FeedSettings, feedStream } from "./feedStream.ts";
import { HttpProblem } from "./problem.ts";
import { respondEvents, respondJson } from "./respond.ts";
import { type Route, serviceRoute } from "./route.ts";

/** The revocation feed for verifiers in other processes: a push stream with a cursor, and the head that their lease rests on. */
export function revocationRoutes({
  feed,
  settings,
}: {
  readonly feed: Feed;
  readonly settings: FeedSettings;
}): readonly Route[] {
  return [
    serviceRoute({ method: "GET", path: endpoints.feed }, async ({ request }) => {
      const lastEventId = request.headers.get("last-event-id");
      const cursor = lastEventId === null ? undefined : parsePosition(lastEventId);
      if (lastEventId !== null && !cursor)
        throw new HttpProblem("invalid_request", { detail: "Last-Event-ID is <epoch>:<position>." });
      return respondEvents(await feedStream(feed, settings, { cursor, signal: request.signal }));
    }),
    serviceRoute({ method: "GET", path: endpoints.head }, async () => {
      const { epoch, pos } = await feed.pull();
      return respondJson(200, { epoch, head: pos });
    }),
  ];
}
