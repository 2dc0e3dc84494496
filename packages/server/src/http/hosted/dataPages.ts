import { activityPage } from "../../pages/activityPage.ts";
import type { Faults } from "../../pages/controls.ts";
import { confirmPage, dataPage } from "../../pages/dataPage.ts";
import { textAnswer } from "../answer.ts";
import { deviceOf } from "../deviceName.ts";
import { problemOfRefusal } from "../refusals.ts";
import type { Route } from "../route.ts";
import { tokenCookiesOrEnd } from "../signedIn.ts";
import { activityView, sessionView, userView } from "../views.ts";
import { done } from "./done.ts";
import { fittingPassword, textForm } from "./forms.ts";
import type { HostedParts } from "./hostedParts.ts";
import type { Reply } from "./pageReply.ts";
import { personPage } from "./pageRoute.ts";
import { parameterOf } from "./parameters.ts";

/** What happened to an account, its data, its end, and the password before that. */
export const dataPages = (parts: HostedParts): readonly Route[] => [
  showActivity(parts),
  showData(parts),
  download(parts),
  deleteAccount(parts),
  showConfirm(parts),
  confirm(parts),
];

const pageSize = 20;

const showActivity = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/activity",
      operationId: "activityPage",
      summary: "What happened to the account.",
      body: "none",
    },
    parts,
    async ({ caller, request, frame }) => {
      const before = parameterOf(request, "before")?.slice(0, 128);
      const found = done(await parts.flows.activity(caller, { limit: pageSize + 1, before }));
      const records = found.slice(0, pageSize).map((record) => ({
        ...record,
        device: record.userAgent === undefined ? undefined : deviceOf(record.userAgent),
      }));
      const older = found.length > pageSize ? records.at(-1)?.id : undefined;
      return { html: activityPage(frame({ before }), { records, older, isLatest: before === undefined }) };
    },
  );

const fileAnswer = textAnswer({ status: 200, description: "The file.", type: "application/json" }, "{}");

const showData = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/data",
      operationId: "dataPage",
      summary: "To take one's data along, or to delete it.",
      body: "none",
    },
    parts,
    async ({ frame }) => ({ html: dataPage(frame(), { faults: {} }) }),
  );

const download = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/data/export.json",
      operationId: "downloadData",
      summary: "All that is kept about a person, as a file.",
      body: "none",
      answers: [fileAnswer],
    },
    parts,
    async ({ caller, context }) => {
      const { account, sessions, activity } = done(await parts.flows.exportAccount(caller, context));
      const text = JSON.stringify(
        {
          exported_at: new Date(parts.now()).toISOString(),
          user: userView(account),
          sessions: sessions.map((session) => sessionView(session, caller.sessionId)),
          activity: activity.map(activityView),
        },
        undefined,
        2,
      );
      return { file: `${text}\n`, name: "my-data.json", type: "application/json; charset=utf-8" };
    },
  );

const deleteAccount = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account/data/delete",
      operationId: "deleteByForm",
      summary: "Deletes the account with all that belongs to it.",
      body: textForm({ sure: "yes" }),
      fresh: parts.freshSeconds,
    },
    parts,
    async ({ caller, body, request, context, frame }) => {
      if (body.sure !== "yes") {
        return { html: dataPage(frame(), { faults: { sure: frame().words.data.removeUnconfirmed } }), status: 422 };
      }
      done(await parts.flows.deleteAccount(caller, context));
      const headers = parts.endings.signedOut(request);
      return { to: `${parts.base}/signed-out`, notice: { kind: "deleted" }, headers };
    },
  );

/** Sections that ask for the password once more. */
const sensitive = ["email", "data"] as const;

const nextOf = (text: string | undefined): string => sensitive.find((one) => one === text) ?? "data";

const showConfirm = (parts: HostedParts): Route =>
  personPage(
    {
      method: "GET",
      path: "/account/confirm",
      operationId: "confirmPage",
      summary: "The form that asks for the password once more.",
      body: "none",
    },
    parts,
    async ({ caller, request, frame }) => {
      const next = nextOf(parameterOf(request, "next"));
      const { account } = done(await parts.flows.profile(caller));
      return { html: confirmPage(frame({ next }), { email: account.email, next, faults: {} }) };
    },
  );

const confirm = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: "/account/confirm",
      operationId: "confirmByForm",
      summary: "Proves anew who somebody is: a new session takes the place of theirs.",
      body: textForm({ password: "a phrase of several words", next: "email" }),
    },
    parts,
    async ({ caller, body, context, frame }) => {
      const { words } = frame();
      const next = nextOf(body.next);
      const again = async (faults: Faults): Promise<Reply> => {
        const { account } = done(await parts.flows.profile(caller));
        return { html: confirmPage(frame({ next }), { email: account.email, next, faults }), status: 422 };
      };
      const password = fittingPassword("password", body.password, words);
      if (!password.ok) return again(password.faults);
      const proven = await parts.flows.reauthenticate(caller, { password: password.value }, context);
      if (proven.ok) {
        const headers = await tokenCookiesOrEnd(proven.value, parts, context);
        return { to: `${parts.base}/account/${next}`, headers };
      }
      if (proven.refusal.reason === "invalid_credentials") return again({ password: words.faults.wrongPassword });
      if (proven.refusal.reason === "rate_limited") throw problemOfRefusal(proven.refusal);
      return done(proven);
    },
  );
