import { z } from "zod";
import { emptyAnswer, jsonAnswer } from "./answer.ts";
import type { Endings } from "./endings.ts";
import type { OwnSessions } from "./flows.ts";
import { accepted } from "./refusals.ts";
import { type Route, route } from "./route.ts";
import { examples, sessionForm, sessionView } from "./views.ts";

/** What these routes lead to. */
export type SessionRouteParts = { readonly flows: OwnSessions; readonly endings: Endings };

/** A person's own sessions: to see them, and to end them. */
export const sessionRoutes = (parts: SessionRouteParts): readonly Route[] => [
  listRoute(parts),
  endRoute(parts),
  endOthersRoute(parts),
  endAllRoute(parts),
];

const listRoute = ({ flows }: SessionRouteParts): Route =>
  route(
    {
      method: "GET",
      path: "/sessions",
      operationId: "listSessions",
      summary: "The caller's live sessions, latest use first.",
      guard: "bearer",
      csrf: "safe",
      body: "none",
      answers: [listAnswer],
    },
    async ({ caller }) => {
      const live = accepted(await flows.listSessions(caller));
      return listAnswer.with({ sessions: live.map((session) => sessionView(session, caller.sessionId)) });
    },
  );

const listAnswer = jsonAnswer(
  { status: 200, description: "The sessions." },
  z.strictObject({ sessions: z.array(sessionForm) }),
  { sessions: [examples.session] },
);

const endRoute = ({ flows, endings }: SessionRouteParts): Route =>
  route(
    {
      method: "DELETE",
      path: "/sessions/:id",
      operationId: "endSession",
      summary: "Ends one of the caller's sessions.",
      guard: "bearer",
      csrf: "same-origin",
      body: "none",
      answers: [endedAnswer],
      refusals: ["not_found"],
    },
    async ({ caller, parameter, request, context }) => {
      const id = parameter("id");
      accepted(await flows.endSession(caller, id, context));
      return endedAnswer.with(id === caller.sessionId ? endings.signedOut(request) : endings.ended());
    },
  );

const position = { "Revocation-Position": "How far the revocation log has come: `<epoch>:<position>`." };

const endedAnswer = emptyAnswer("The session has ended.", position);

const endOthersRoute = ({ flows, endings }: SessionRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/sessions/revoke-others",
      operationId: "endOtherSessions",
      summary: "Ends all the caller's sessions but the one of the request.",
      guard: "bearer",
      csrf: "same-origin",
      body: "none",
      answers: [countAnswer],
    },
    async ({ caller, context }) =>
      countAnswer.with({ revoked: accepted(await flows.endOtherSessions(caller, context)) }, endings.ended()),
  );

const endAllRoute = ({ flows, endings }: SessionRouteParts): Route =>
  route(
    {
      method: "POST",
      path: "/sessions/revoke-all",
      operationId: "endAllSessions",
      summary: "Ends all the caller's sessions, the one of the request too.",
      guard: "bearer",
      csrf: "same-origin",
      body: "none",
      answers: [countAnswer],
    },
    async ({ caller, request, context }) =>
      countAnswer.with({ revoked: accepted(await flows.endAllSessions(caller, context)) }, endings.signedOut(request)),
  );

const countAnswer = jsonAnswer(
  { status: 200, description: "How many have ended.", headers: position },
  z.strictObject({ revoked: z.number().int() }),
  { revoked: 2 },
);
