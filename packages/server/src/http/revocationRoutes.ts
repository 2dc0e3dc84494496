import { endpoints, formatPosition, revocationKinds } from "@cardea/verifier/wire";
import { z } from "zod";
import type { Effect } from "../revoke/effect.ts";
import { longestEffectMs, type Revocations, reasonShape } from "../revoke/revocations.ts";
import type { VerifierName } from "../revoke/verifiers.ts";
import { jsonAnswer } from "./answer.ts";
import { jsonBody } from "./body.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, route } from "./route.ts";

/** Revoking by name, for services that may. */
export function revocationRoutes({ revocations }: { readonly revocations: Revocations }): readonly Route[] {
  return [
    route(
      {
        method: "POST",
        path: endpoints.revocation,
        operationId: "createRevocation",
        summary:
          "Revokes a token, or all of a session, subject, client, tenant, key, or all; on request waits until it holds everywhere.",
        guard: "service",
        scope: "revocation:write",
        csrf: "same-origin",
        body: jsonBody(revocationForm, { kind: "subject", key: "m1ZpQ0aVtPz1kLmN8sRwUg", wait: "effective" }),
        answers: [revokedAnswer],
        refusals: ["invalid_request"],
      },
      async ({ body: { wait, issued_before: issuedBefore, ...what }, caller, context }) => {
        const revoked = await revocations.revoke({ ...what, issuedBefore }, { ...context, actor: caller.id });
        if (!revoked.ok) throw new HttpProblem("invalid_request", { detail: configuredKey });
        const { epoch, pos } = revoked.value;
        const position = formatPosition(epoch, pos);
        const headers = { "Revocation-Position": position };
        const said = { position, ...(revocations.isReplicated() ? {} : { replicated: false as const }) };
        if (wait === "durable") return revokedAnswer.with(said, headers);
        return revokedAnswer.with(
          { ...said, ...effectView(await revocations.effect(revoked.value, longestEffectMs)) },
          headers,
        );
      },
    ),
  ];
}

const configuredKey = "The key is a secret of the configuration: give another one there.";

const revocationForm = z
  .strictObject({
    kind: z.enum(revocationKinds),
    key: z
      .string()
      .max(256)
      .default("")
      .meta({ description: "The jti, sid, sub, client_id, tid or kid; left out for all." }),
    issued_before: z
      .number()
      .int()
      .min(0)
      .max(253_402_300_799)
      .optional()
      .meta({ description: "NumericDate: only tokens issued at or before it. Sessions go on. Not for a key." }),
    reason: z
      .string()
      .regex(reasonShape, "Use one word of small letters, digits, _ and -.")
      .optional()
      .meta({ description: "Why, in one word, for the audit trail." }),
    wait: z
      .enum(["durable", "effective"])
      .default("durable")
      .meta({ description: "durable: it is on disk. effective: no verifier goes by anything older any more." }),
  })
  .superRefine(({ kind, key, issued_before: issuedBefore }, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: "custom", path: [field], message });
    if ((key === "") !== (kind === "all")) refuse("key", "Name what is revoked; for all, name nothing.");
    if (kind === "key" && issuedBefore !== undefined) refuse("issued_before", "A key is revoked for all its tokens.");
  });

const nameForm = z.strictObject({ service: z.string(), verifier: z.string() });

const nameView = ({ serviceId, name }: VerifierName): z.input<typeof nameForm> => ({
  service: serviceId,
  verifier: name,
});

const effectView = ({ confirmed, lapsed, pending }: Effect) => ({
  confirmed: confirmed.map(({ ms, ...verifier }) => ({ ...nameView(verifier), ms: Math.round(ms) })),
  lapsed: lapsed.map(nameView),
  pending: pending.map(nameView),
});

const revokedAnswer = jsonAnswer(
  {
    status: 200,
    description: "It is on disk. Whoever asked to wait is told who has confirmed it.",
    headers: { "Revocation-Position": "The position of the log that includes it: `<epoch>:<position>`." },
  },
  z
    .strictObject({
      position: z.string(),
      replicated: z.literal(false).optional().meta({
        description: "Where the log is in Redis: fewer replicas have it than are wanted. It is accepted all the same.",
      }),
      confirmed: z
        .array(nameForm.extend({ ms: z.number().int() }))
        .optional()
        .meta({ description: "Verifiers that have applied it, and after how many milliseconds." }),
      lapsed: z
        .array(nameForm)
        .optional()
        .meta({ description: "Verifiers that did not answer for as long as they trust what they have." }),
      pending: z
        .array(nameForm)
        .optional()
        .meta({ description: "Verifiers that may still accept; empty unless the wait was given up." }),
    })
    .meta({ id: "Revoked" }),
  {
    position: "dGhlIGVwb2NoIG9mIGl0:8",
    confirmed: [{ service: "svc_2l0cGyYx1kLm", verifier: "orders-1", ms: 12 }],
    lapsed: [],
    pending: [],
  },
);
