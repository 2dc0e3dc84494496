import { z } from "zod";
import { type Answer, jsonAnswer } from "./answer.ts";

const form = z.strictObject({ status: z.literal("accepted"), detail: z.string() }).meta({ id: "Accepted" });

/** 202: asked for, and nothing is told about whether it will happen. The text is the same for everybody. */
export function acceptedAnswer(detail: string, status = 202): Answer & { readonly give: () => Response } {
  const body = { status: "accepted", detail } as const;
  const answer = jsonAnswer({ status, description: "Accepted: the same answer for everybody." }, form, body);
  return { ...answer, give: () => answer.with(body) };
}
