import type { WhenStale } from "@cardea/verifier";
import type { SandboxName } from "./sandboxName.ts";

/** What a service needs to judge the tokens of one sandbox issuer. */
export type OpenOrder = {
  readonly sandbox: string;
  readonly mode: SandboxName["mode"];
  readonly issuer: string;
  /** Where this machine reaches the issuer's origin, as `http://localhost:4000`; the issuer's own name may be another. */
  readonly reachedAt: string;
  readonly audience: string;
  readonly credentials: { readonly id: string; readonly secret: string };
  /** How far the sandbox's clock is ahead of the real one, in milliseconds. */
  readonly aheadMs: number;
  /** The shared secrets of a sandbox that has no key pair; undefined: keys come from the JWKS. */
  readonly secrets: readonly SharedSecret[] | undefined;
};

/** A shared secret with its name; base64url. */
export type SharedSecret = { readonly kid: string; readonly secret: string };

/** What is asked of a service. */
export type Question =
  | { readonly ask: "open"; readonly order: OpenOrder }
  | { readonly ask: "judge"; readonly sandbox: string; readonly token: string; readonly policy: WhenStale }
  | { readonly ask: "watch"; readonly sandbox: string; readonly token: string; readonly policy: WhenStale }
  | { readonly ask: "clock"; readonly sandbox: string; readonly aheadMs: number }
  | { readonly ask: "feed"; readonly sandbox: string; readonly isCut: boolean }
  | { readonly ask: "keys"; readonly sandbox: string; readonly secrets: readonly SharedSecret[] }
  | { readonly ask: "close"; readonly sandbox: string };

/** What a service answers, by the question. */
export type Answers = {
  readonly open: undefined;
  readonly judge: ServiceVerdict;
  readonly watch: Watched;
  readonly clock: undefined;
  readonly feed: undefined;
  readonly keys: undefined;
  readonly close: undefined;
};

/** One check of a verifier, with what it looked at and how long it took. */
export type Step = {
  readonly step: string;
  readonly ok: boolean;
  readonly why: string;
  readonly lookedUp: "nothing" | "memory" | "network";
  readonly micros: number;
};

/** What would be answered, in a word: the status, and the cause where it is a refusal. */
export type Outcome = { readonly status: number; readonly code: string };

/** A service's verdict over one token, and what it rests on. */
export type ServiceVerdict = Outcome & {
  readonly service: string;
  readonly ok: boolean;
  readonly message: string;
  readonly checked: string;
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** How long the verdict took, in microseconds: what a request pays. */
  readonly micros: number;
  /** Requests to the issuer that were made for it. */
  readonly calls: number;
  readonly steps: readonly Step[];
  /** What each policy would answer now. */
  readonly policies: Readonly<Record<WhenStale, Outcome>>;
  readonly view: {
    readonly state: string;
    /** Age of the last confirmation in milliseconds; -1: there was none. */
    readonly stalenessMs: number;
    readonly position: number;
    readonly isCut: boolean;
  };
  /** Of the latest verdicts. */
  readonly p50: number;
  readonly p99: number;
};

/** How the end of a token reached a service. Instants are milliseconds on a clock that all threads share; undefined: it did not happen while it was watched. */
export type Watched = {
  readonly service: string;
  /** The view of revocations moved. */
  readonly knewAt: number | undefined;
  readonly lastAcceptedAt: number | undefined;
  readonly refusedAt: number | undefined;
};
