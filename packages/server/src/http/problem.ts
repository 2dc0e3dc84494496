import type { ProblemCode } from "@cardea/verifier/wire";

/** A request that is refused: thrown by whoever finds out, answered in one place by `http/respond`. It carries nothing secret. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly code: ProblemCode;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /** `extra` becomes members of the problem document (RFC 9457 3.2), `headers` are added to the answer. */
  constructor(code: ProblemCode, { detail, headers = {}, ...extra }: ProblemDetails = {}) {
    super(detail ?? code);
    this.code = code;
    this.extra = detail === undefined ? extra : { detail, ...extra };
    this.headers = headers;
  }
}

/** What a problem may say beyond its code. */
export type ProblemDetails = {
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly [extension: string]: unknown;
};
