import type { ProblemCode } from "@cardea/verifier/wire";

/** A request that is refused: thrown by whoever finds out, answered in one place by `http/respond`. It carries nothing secret. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly code: ProblemCode;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: HeaderFields;

  /** `extra` becomes members of the problem document (RFC 9457 3.2), `headers` are added to the answer. */
  constructor(code: ProblemCode, { detail, headers = {}, ...extra }: ProblemDetails = {}) {
    super(detail ?? code);
    this.code = code;
    this.extra = detail === undefined ? extra : { detail, ...extra };
    this.headers = headers;
  }

  /** The same refusal with further headers. */
  with(headers: Headers): HttpProblem {
    const all = new Headers(this.headers);
    for (const [name, value] of headers) all.append(name, value);
    return new HttpProblem(this.code, { ...this.extra, headers: all });
  }
}

/** Headers of an answer. */
export type HeaderFields = Headers | Readonly<Record<string, string>>;

/** What a problem may say beyond its code. */
export type ProblemDetails = {
  readonly detail?: string;
  readonly headers?: HeaderFields;
  readonly [extension: string]: unknown;
};

/** A field that does not fit: where it stands, what it needs, and for programs why it was refused. */
export type FieldError = { readonly field: string; readonly message: string; readonly reason?: string };

/** 400: some fields do not fit, each with what it needs. */
export const fieldProblem = (errors: readonly FieldError[]): HttpProblem =>
  new HttpProblem("invalid_request", { detail: "Some fields do not fit.", errors });
