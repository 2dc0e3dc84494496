import { world } from "../world.ts";
import type { Algorithm, Mode, Policy } from "./settings.ts";

/** One check of a service. */
export type Step = {
  readonly step: string;
  readonly ok: boolean;
  readonly why: string;
  readonly lookedUp: "nothing" | "memory" | "network";
  readonly micros: number;
};

/** What would be answered, in a word. */
export type Outcome = { readonly status: number; readonly code: string };

/** What a service says of a token. */
export type Verdict = Outcome & {
  readonly service: string;
  readonly ok: boolean;
  readonly message: string;
  readonly checked: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly micros: number;
  readonly calls: number;
  readonly steps: readonly Step[];
  readonly policies: Readonly<Record<Policy, Outcome>>;
  readonly view: {
    readonly state: string;
    readonly stalenessMs: number;
    readonly position: number;
    readonly isCut: boolean;
  };
  readonly p50: number;
  readonly p99: number;
};

/** A signing key of the sandbox. */
export type Key = {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  readonly signsFrom: number | null;
};

/** What is true of the sandbox. `now` is its clock. */
export type SandboxState = { readonly now: number; readonly reads: number; readonly keys: readonly Key[] };

/** What both services say. */
export type Checked = SandboxState & { readonly services: readonly Verdict[] };

/** How the end of a token travelled, in milliseconds since the issuer was asked. */
export type Travel = {
  readonly doneMs: number | null;
  readonly services: readonly {
    readonly service: string;
    readonly knewMs: number | null;
    readonly lastAcceptedMs: number | null;
    readonly refusedMs: number | null;
  }[];
};

/** What this server says of a token that somebody pasted. */
export type Inspection = {
  readonly issuer: string;
  readonly isSandbox: boolean;
  readonly ok: boolean;
  readonly code: string;
  readonly message: string;
  readonly steps: readonly Step[];
};

/** What can be done to a sandbox. */
export type Act = "revoke_session" | "revoke_user" | "rotate_key" | "kill_key" | "cut_feed" | "restore_feed" | "expire";

type Name = { readonly mode: Mode; readonly alg: Algorithm };
/** Without a token it is the one of the cookie. */
type About = Name & { readonly token?: string | undefined };

/** The API behind the page. Each call rejects with an `ApiError` when it is refused, and with a TypeError when nobody answers. */
export const api = {
  check: (body: About & { readonly policy: Policy }): Promise<Checked> => post("check", body),
  act: (body: About & { readonly act: Act }): Promise<SandboxState & { readonly done: boolean }> => post("act", body),
  watch: (body: About & { readonly policy: Policy }): Promise<{ readonly id: number }> => post("watch", body),
  travel: (id: number): Promise<Travel> => post("travel", { id }),
  inspect: (token: string): Promise<Inspection> => post("inspect", { token }),
};

/** The server has refused a call. The message is for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function post<T>(path: string, body: object): Promise<T> {
  const response = await world.fetch(`/playground/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  throw new ApiError(response.status, problemText(answer) ?? `The server answered ${response.status}.`);
}

/** What a problem document (RFC 9457) says to people. */
export function problemText(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { errors, detail, title } = answer as { errors?: { message?: unknown }[]; detail?: unknown; title?: unknown };
  const first = Array.isArray(errors) ? errors[0]?.message : undefined;
  return [first, detail, title].find((text) => typeof text === "string");
}
