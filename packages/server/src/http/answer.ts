import { z } from "zod";
import type { HeaderFields } from "./problem.ts";
import { respondEmpty, respondJson } from "./respond.ts";

/** An answer that a route may give: its status, what it means and, where it has a body, the exact form of that with an example. */
export type Answer = {
  readonly status: number;
  readonly description: string;
  readonly content: { readonly type: string; readonly schema: z.ZodType; readonly example: unknown } | undefined;
  /** Headers worth knowing, with what they say. */
  readonly headers: Readonly<Record<string, string>>;
};

/** An answer in JSON, and how to give it: `with` takes what the schema describes and nothing else. */
export type JsonAnswer<T> = Answer & {
  readonly with: (body: T, headers?: HeaderFields) => Response;
};

type Described = { readonly status: number; readonly description: string; readonly headers?: Answer["headers"] };

/** An answer of the schema's form. */
export const jsonAnswer = <S extends z.ZodType>(
  { status, description, headers = {}, type = "application/json" }: Described & { readonly type?: string },
  schema: S,
  example: z.input<S>,
): JsonAnswer<z.input<S>> => ({
  status,
  description,
  headers,
  content: { type, schema, example },
  with: (body, sent) => respondJson(status, body, type === "application/json" ? sent : withType(sent, type)),
});

function withType(headers: HeaderFields | undefined, type: string): Headers {
  const typed = new Headers(headers);
  typed.set("Content-Type", type);
  return typed;
}

/** 204: done, and nothing to say. */
export const emptyAnswer = (
  description: string,
  headers: Answer["headers"] = {},
): Answer & { readonly with: (headers?: HeaderFields) => Response } => ({
  status: 204,
  description,
  headers,
  content: undefined,
  with: respondEmpty,
});

/** An answer that is a text of another type: a page, a style sheet, a stream of events. */
export const textAnswer = ({ status, description, type }: TypedDescription, example: string): Answer => ({
  status,
  description,
  headers: {},
  content: { type, schema: z.string(), example },
});

/** An answer in bytes that are no text. */
export const bytesAnswer = ({ status, description, type }: TypedDescription): Answer => ({
  status,
  description,
  headers: {},
  content: { type, schema: z.string().meta({ format: "binary" }), example: "" },
});

type TypedDescription = { readonly status: number; readonly description: string; readonly type: string };
