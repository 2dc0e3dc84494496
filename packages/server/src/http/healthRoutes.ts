import { z } from "zod";
import { jsonAnswer } from "./answer.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, route } from "./route.ts";

/** For whoever watches over the process: whether it lives, and whether it can serve. Neither says more. */
export const healthRoutes = ({ isReady }: { readonly isReady: () => Promise<boolean> }): readonly Route[] => [
  route(
    {
      method: "GET",
      path: "/health/live",
      operationId: "getLiveness",
      summary: "Whether the process answers; if not, it is to be started anew.",
      guard: "public",
      csrf: "safe",
      body: "none",
      answers: [wellAnswer],
    },
    async () => wellAnswer.with({ status: "ok" }),
  ),
  route(
    {
      method: "GET",
      path: "/health/ready",
      operationId: "getReadiness",
      summary: "Whether requests are to be sent here: the store answers.",
      guard: "public",
      csrf: "safe",
      body: "none",
      answers: [wellAnswer],
      refusals: ["temporarily_unavailable"],
    },
    async () => {
      if (!(await isReady())) throw new HttpProblem("temporarily_unavailable");
      return wellAnswer.with({ status: "ok" });
    },
  ),
];

const wellAnswer = jsonAnswer({ status: 200, description: "Yes." }, z.strictObject({ status: z.literal("ok") }), {
  status: "ok",
});
