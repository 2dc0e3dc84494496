import { z } from "zod";
import { emptyAnswer, jsonAnswer } from "./answer.ts";
import { jsonBody } from "./body.ts";
import type { Endings } from "./endings.ts";
import type { OwnAccount } from "./flows.ts";
import type { QueryParameters } from "./query.ts";
import { readQuery } from "./read.ts";
import { accepted } from "./refusals.ts";
import { ownFields } from "./requestFields.ts";
import { type Route, route } from "./route.ts";
import { activityForm, activityView, examples, sessionForm, sessionView, userForm, userView } from "./views.ts";

/** What these routes lead to. `freshSeconds`: how long ago who deletes an account may have proven who they are. */
export type AccountRouteParts = {
  readonly flows: OwnAccount;
  readonly endings: Endings;
  readonly freshSeconds: number;
  readonly now: () => number;
};

/** A person's own account. */
export const accountRoutes = (parts: AccountRouteParts): readonly Route[] => [
  profileRoute(parts),
  updateRoute(parts),
  deleteRoute(parts),
  exportRoute(parts),
  activityRoute(parts),
];

const profileRoute = ({ flows }: AccountRouteParts): Route =>
  route(
    {
      method: "GET",
      path: "/me",
      operationId: "getMe",
      summary: "Who the caller is, in which session, and what their token says.",
      guard: "bearer",
      csrf: "safe",
      body: "none",
      answers: [profileAnswer],
    },
    async ({ caller }) => {
      const { account, session } = accepted(await flows.profile(caller));
      return profileAnswer.with({
        user: userView(account),
        session: session ? sessionView(session, caller.sessionId) : null,
        claims: caller.claims,
      });
    },
  );

const profileAnswer = jsonAnswer(
  { status: 200, description: "The caller." },
  z
    .strictObject({
      user: userForm,
      session: sessionForm.nullable().meta({ description: "Null if it has ended, which only stateless tokens see." }),
      claims: z.record(z.string(), z.unknown()).meta({ description: "The claims of the access token." }),
    })
    .meta({ id: "Me" }),
  { user: examples.user, session: examples.session, claims: { sub: examples.user.id, sid: examples.session.id } },
);

const updateRoute = ({ flows }: AccountRouteParts): Route =>
  route(
    {
      method: "PATCH",
      path: "/me",
      operationId: "updateMe",
      summary: "Sets the application's own fields of the caller; those that are not named stay.",
      guard: "bearer",
      csrf: "same-origin",
      body: jsonBody(z.strictObject({ fields: ownFields }), { fields: { nickname: "Ada" } }),
      answers: [userAnswer],
    },
    async ({ caller, body, context }) =>
      userAnswer.with({ user: userView(accepted(await flows.updateFields(caller, body.fields, context))) }),
  );

const userAnswer = jsonAnswer(
  { status: 200, description: "The account as it is now." },
  z.strictObject({ user: userForm }),
  {
    user: { ...examples.user, fields: { nickname: "Ada" } },
  },
);

const deleteRoute = ({ flows, endings, freshSeconds }: AccountRouteParts): Route =>
  route(
    {
      method: "DELETE",
      path: "/me",
      operationId: "deleteMe",
      summary: "Deletes the caller's account with all that belongs to it.",
      guard: "bearer",
      csrf: "same-origin",
      fresh: freshSeconds,
      body: "none",
      answers: [deletedAnswer],
    },
    async ({ caller, request, context }) => {
      accepted(await flows.deleteAccount(caller, context));
      return deletedAnswer.with(endings.signedOut(request));
    },
  );

const deletedAnswer = emptyAnswer("The account is gone.");

const exportRoute = ({ flows, now }: AccountRouteParts): Route =>
  route(
    {
      method: "GET",
      path: "/me/export",
      operationId: "exportMe",
      summary: "All that is kept about the caller.",
      guard: "bearer",
      csrf: "safe",
      body: "none",
      answers: [exportAnswer],
    },
    async ({ caller, context }) => {
      const { account, sessions, activity } = accepted(await flows.exportAccount(caller, context));
      return exportAnswer.with({
        exported_at: new Date(now()).toISOString(),
        user: userView(account),
        sessions: sessions.map((session) => sessionView(session, caller.sessionId)),
        activity: activity.map(activityView),
      });
    },
  );

const exportAnswer = jsonAnswer(
  { status: 200, description: "Everything but hashes." },
  z
    .strictObject({
      exported_at: z.iso.datetime(),
      user: userForm,
      sessions: z.array(sessionForm),
      activity: z.array(activityForm),
    })
    .meta({ id: "Export" }),
  {
    exported_at: "2027-01-15T08:00:00.000Z",
    user: examples.user,
    sessions: [examples.session],
    activity: [examples.activity],
  },
);

const activityRoute = ({ flows }: AccountRouteParts): Route =>
  route(
    {
      method: "GET",
      path: "/me/activity",
      operationId: "listActivity",
      summary: "What happened to the caller's account, the latest first.",
      guard: "bearer",
      csrf: "safe",
      body: "none",
      query: activityPage,
      answers: [activityAnswer],
      refusals: ["invalid_request"],
    },
    async ({ caller, request }) => {
      const { limit, before } = readQuery(request, activityPage);
      const records = accepted(await flows.activity(caller, { limit, before }));
      return activityAnswer.with({ activity: records.map(activityView) });
    },
  );

const activityPage = {
  schema: z.object({
    limit: z
      .string()
      .regex(/^(?:[1-9][0-9]?|100)$/, "Use 1 to 100.")
      .default("20")
      .transform(Number)
      .meta({ description: "How many, 1 to 100." }),
    before: z.string().max(128).optional().meta({ description: "The id of the last one that was seen." }),
  }),
  example: { limit: "20" },
} satisfies QueryParameters;

const activityAnswer = jsonAnswer(
  { status: 200, description: "At most as many as asked for." },
  z.strictObject({ activity: z.array(activityForm) }),
  { activity: [examples.activity] },
);
