import { parseStrictJson, StrictJsonError } from "@cardea/jwt/strict-json";
import type { z } from "zod";
import type { Body } from "./body.ts";
import { type FieldError, fieldProblem, HttpProblem } from "./problem.ts";
import { prototypeMember } from "./prototypeMember.ts";
import type { QueryParameters } from "./query.ts";

/** Largest body that is read, in bytes; credentials and tokens are far smaller. */
export const maxBodyBytes = 16_384;

/**
 * Reads a body that fits: declared as its type, within the size, valid UTF-8; JSON without duplicate members and unknown fields,
 * a form without a parameter given twice (RFC 6749 3.2). Undefined for `none`, and for an optional one that is not there. Throws `HttpProblem`.
 */
export async function readBody<T>(request: Request, body: Body<T> | "none"): Promise<T> {
  if (body === "none") return undefined as T;
  if (body.optional && (await isAbsent(request))) return undefined as T;
  requireMediaType(request, body.type);
  if (body.type === "application/json") return fitting(body.schema, parse(await readText(request, "invalid_json")));
  const fields = new URLSearchParams(await readText(request, "invalid_request"));
  return fitting(body.schema, onceEach(fields));
}

/** Reads the parameters after the `?` that the route knows; a known one given twice is refused. Throws `HttpProblem`. */
export function readQuery<T>(request: Request, { schema }: QueryParameters<T>): T {
  const known = new URLSearchParams();
  for (const [name, value] of new URL(request.url).searchParams) {
    if (Object.hasOwn(schema.shape, name)) known.append(name, value);
  }
  return fitting(schema, onceEach(known));
}

function onceEach(fields: URLSearchParams): Readonly<Record<string, string>> {
  const names = [...fields.keys()];
  if (new Set(names).size !== names.length)
    throw new HttpProblem("invalid_request", { detail: "A parameter is given twice." });
  return Object.fromEntries(fields);
}

const isAbsent = async (request: Request): Promise<boolean> =>
  request.headers.get("content-type") === null && (await readBytes(request)).byteLength === 0;

function requireMediaType(request: Request, expected: string): void {
  const declared = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (declared !== expected || encoding.toLowerCase() !== "identity") {
    throw new HttpProblem("unsupported_media_type", { detail: `Send the body as ${expected}, not compressed.` });
  }
}

/** The whole body as text, given up as soon as it is too large. Strictly UTF-8, and no byte order mark (RFC 8259 8.1). */
async function readText(request: Request, unreadable: "invalid_json" | "invalid_request"): Promise<string> {
  const bytes = await readBytes(request);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new HttpProblem(unreadable, { detail: "The body is not valid UTF-8." });
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // A caller that hangs up amid its body is no fault of ours.
    throw error instanceof HttpProblem ? error : new HttpProblem("invalid_request", { detail: "The body broke off." });
  }
  return Buffer.concat(chunks);
}

/** Closing the connection spares reading the rest of it. */
const tooLarge = (): HttpProblem =>
  new HttpProblem("payload_too_large", {
    detail: `The body is larger than ${maxBodyBytes} bytes.`,
    headers: { Connection: "close" },
  });

function parse(text: string): unknown {
  const value = parseJson(text);
  const field = prototypeMember(value);
  if (field !== undefined) throw fieldProblem([{ field, message: unknownField }]);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, { maxDepth: 8 });
  } catch (error) {
    throw new HttpProblem("invalid_json", {
      detail: error instanceof StrictJsonError ? jsonFault[error.code] : jsonFault.not_json,
    });
  }
}

const jsonFault: Readonly<Record<StrictJsonError["code"], string>> = {
  duplicate_member: "The body names a member twice.",
  too_deep: "The body is nested too deeply.",
  not_json: "The body is not JSON.",
};

/** Names the fields at fault and what they need; the values stay out of the answer. */
function fitting<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw fieldProblem(parsed.error.issues.flatMap(errorsOf).slice(0, 10));
}

const unknownField = "There is no such field.";

function errorsOf(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: [...issue.path, key.slice(0, 64)].join("."),
      message: unknownField,
    }));
  }
  const reason: unknown = issue.code === "custom" ? issue.params?.reason : undefined;
  const error = { field: issue.path.join("."), message: issue.message };
  return [typeof reason === "string" ? { ...error, reason } : error];
}
