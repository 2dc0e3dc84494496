import { parseStrictJson, StrictJsonError } from "@cardea/jwt/strict-json";
import type { z } from "zod";
import { HttpProblem } from "./problem.ts";

/** Largest body that is read, in bytes; credentials and tokens are far smaller. */
export const maxBodyBytes = 16_384;

/** Reads a JSON body that fits the schema: declared as JSON, within the size, valid UTF-8, no duplicate members, no unknown fields. Throws `HttpProblem`. */
export async function readJson<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  requireMediaType(request, "application/json");
  return fitting(schema, parse(await readText(request, "invalid_json")));
}

/** Reads a form body (RFC 7662 2.1) that fits the schema; a parameter given twice is refused (RFC 6749 3.2). Throws `HttpProblem`. */
export async function readForm<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  requireMediaType(request, "application/x-www-form-urlencoded");
  const fields = new URLSearchParams(await readText(request, "invalid_request"));
  const names = [...fields.keys()];
  if (new Set(names).size !== names.length)
    throw new HttpProblem("invalid_request", { detail: "A parameter is given twice." });
  return fitting(schema, Object.fromEntries(fields));
}

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
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          field: [...issue.path, key.slice(0, 64)].join("."),
          message: "There is no such field.",
        }))
      : [{ field: issue.path.join("."), message: issue.message }],
  );
  throw new HttpProblem("invalid_request", { detail: "Some fields do not fit.", errors: errors.slice(0, 10) });
}
