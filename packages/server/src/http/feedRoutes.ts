import { endpoints, parsePosition, type RevocationEntry, revocationKinds } from "@cardea/verifier/wire";
import { z } from "zod";
import type { Feed } from "../revoke/feed.ts";
import type { Verifiers } from "../revoke/verifiers.ts";
import { jsonAnswer, textAnswer } from "./answer.ts";
import { type FeedSettings, feedStream } from "./feedStream.ts";
import { HttpProblem } from "./problem.ts";
import type { QueryParameters } from "./query.ts";
import { readQuery } from "./read.ts";
import { respondEvents } from "./respond.ts";
import { type Route, route } from "./route.ts";
import { snapshotRoute } from "./snapshotRoute.ts";

/** The revocation feed for verifiers in other processes: a push stream with a cursor, and the head that their lease rests on. */
export function feedRoutes({
  feed,
  verifiers,
  settings,
}: {
  readonly feed: Feed;
  readonly verifiers: Pick<Verifiers, "greet" | "confirm" | "leave">;
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
        scope: "revocation:read",
        csrf: "safe",
        body: "none",
        query: feedQuestion,
        answers: [feedAnswer],
        refusals: ["invalid_request"],
      },
      async ({ request }) => {
        const lastEventId = request.headers.get("last-event-id");
        const cursor = lastEventId === null ? undefined : parsePosition(lastEventId);
        if (lastEventId !== null && !cursor)
          throw new HttpProblem("invalid_request", { detail: "Last-Event-ID is <epoch>:<position>." });
        const { format } = readQuery(request, feedQuestion);
        return respondEvents(await feedStream(feed, settings, { cursor, format, signal: request.signal }));
      },
    ),
    route(
      {
        method: "GET",
        path: endpoints.head,
        operationId: "readRevocationHead",
        summary:
          "Where the revocation log stands, from a read that began after the question arrived; and how far the verifier is that asks.",
        guard: "service",
        scope: "revocation:read",
        csrf: "safe",
        body: "none",
        query: headQuestion,
        answers: [headAnswer],
        refusals: ["invalid_request"],
      },
      async ({ request, caller }) => {
        const { verifier, applied, stale, leaving } = readQuery(request, headQuestion);
        const who = verifier === undefined ? undefined : { serviceId: caller.id, name: verifier };
        if (who) await verifiers.greet({ ...who, maxStalenessMs: stale });
        const head = await feed.claimed(applied);
        // Nobody has applied what is not there: the log has lost it, or the verifier is mistaken.
        const isPossible = applied && (applied.epoch !== head.epoch || applied.pos <= head.pos);
        if (who && isPossible) verifiers.confirm(who, applied);
        if (who && leaving) verifiers.leave(who);
        return headAnswer.with({ epoch: head.epoch, head: head.pos });
      },
    ),
    route(
      {
        method: "GET",
        path: endpoints.entries,
        operationId: "listRevocations",
        summary:
          "The entries of the revocation log after a position, a thousand at most, with the head of the same snapshot.",
        guard: "service",
        scope: "revocation:read",
        csrf: "safe",
        body: "none",
        query: entriesQuestion,
        answers: [entriesAnswer],
        refusals: ["invalid_request"],
      },
      async ({ request }) => {
        const { head, from, to, entries } = await feed.readAfter(readQuery(request, entriesQuestion).after);
        return entriesAnswer.with({ epoch: head.epoch, head: head.pos, from, to, entries: entries.map(entryView) });
      },
    ),
    snapshotRoute(feed),
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

/** `<epoch>:<position>` as the two that it is. */
const position = z
  .string()
  .max(200)
  .transform((text, context) => {
    const parsed = parsePosition(text);
    if (parsed) return parsed;
    context.addIssue({ code: "custom", message: "A position is <epoch>:<number>." });
    return z.NEVER;
  });

/** Longer than any verifier can be told to trust what it has. */
const longestStaleness = 3_600_000;

const feedQuestion = {
  schema: z.object({
    format: z
      .enum(["json", "prints"])
      .default("json")
      .meta({ description: "How entries are to go: by name, or by fingerprint where that says the same." }),
  }),
  example: { format: "prints" },
} satisfies QueryParameters;

const headQuestion = {
  schema: z.object({
    verifier: z
      .string()
      .regex(/^[\w.~-]{1,128}$/, "Use 1 to 128 letters, digits and . _ ~ -")
      .optional()
      .meta({ description: "The name of the verifier that asks, its own among all with these credentials." }),
    applied: position
      .optional()
      .meta({ description: "How far it is: `<epoch>:<position>`; left out while it has nothing." }),
    stale: z
      .string()
      .regex(/^\d{1,7}$/, "Use milliseconds.")
      .default("60000")
      .transform((text) => Math.max(1, Math.min(Number(text), longestStaleness)))
      .meta({ description: "How long it trusts what it has without an answer, in milliseconds." }),
    leaving: z
      .literal("true")
      .optional()
      .meta({ description: "It asks no more, under this name never again, and relies on no answer to this." }),
  }),
  example: { verifier: "orders-1", applied: "dGhlIGVwb2NoIG9mIGl0:7", stale: "5000" },
} satisfies QueryParameters;

const entriesQuestion = {
  schema: z.object({
    after: position.optional().meta({ description: "`<epoch>:<position>`; left out: from the beginning." }),
  }),
  example: { after: "dGhlIGVwb2NoIG9mIGl0:6" },
} satisfies QueryParameters;

const entryForm = z
  .strictObject({
    kind: z.enum(revocationKinds),
    key: z.string().meta({ description: "What is revoked, by its identifier; empty for all." }),
    pos: z.number().int(),
    expires_at: z
      .number()
      .meta({ description: "Milliseconds since the epoch; no token that it kills is valid later." }),
    issued_before: z.number().optional().meta({
      description:
        "NumericDate; if it is there, the entry kills tokens issued at or before it, instead of those that vouch for an earlier position.",
    }),
  })
  .meta({ id: "RevocationEntry" });

const entryView = ({ kind, key, pos, expiresAt, issuedBefore }: RevocationEntry): z.input<typeof entryForm> => ({
  kind,
  key,
  pos,
  expires_at: expiresAt,
  ...(issuedBefore === undefined ? {} : { issued_before: issuedBefore }),
});

const entriesAnswer = jsonAnswer(
  {
    status: 200,
    description: "All live entries with `from` < pos <= `to`. If `to` is before `head`, ask again after it.",
  },
  z
    .strictObject({
      epoch: z.string(),
      head: z.number().int(),
      from: z.number().int(),
      to: z.number().int(),
      entries: z.array(entryForm),
    })
    .meta({ id: "RevocationEntries" }),
  {
    epoch: "dGhlIGVwb2NoIG9mIGl0",
    head: 7,
    from: 6,
    to: 7,
    entries: [{ kind: "session", key: "m1ZpQ0aVtPz1kLmN8sRwUg", pos: 7, expires_at: 1_800_000_000_000 }],
  },
);
