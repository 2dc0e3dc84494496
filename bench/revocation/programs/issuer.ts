import type { Tokens } from "../../auth/issuer.ts";
import { type Program, startProgram } from "./program.ts";

/** What an issuer's process is told. */
export type IssuerSetting = {
  /** `memory`, a URL of PostgreSQL, or a file for SQLite. */
  readonly place: string;
  /** What its tokens name as issuer. Default: where it listens. */
  readonly issuer?: string;
  /** So many revocations are in the log before it opens; not in memory. */
  readonly revocations?: number;
};

/** Where it listens, and what its tokens name as issuer. */
export type IssuerReady = { readonly url: string; readonly issuer: string };

/** What it is asked for: credentials that may do all that services may, or so many sessions. */
export type IssuerQuestion = { readonly credentials: true } | { readonly sessions: number };

/** A service's id and secret. */
export type Credentials = { readonly id: string; readonly secret: string };

/** An issuer in a process of its own. */
export type Issuer = IssuerReady & {
  /** Those of a new service, which may introspect, read the log and write into it. */
  readonly newCredentials: () => Promise<Credentials>;
  /** Starts so many sessions, and answers what each was given. */
  readonly newSessions: (count: number) => Promise<readonly Tokens[]>;
  readonly stop: Program<IssuerReady>["stop"];
};

/** Starts one on a free port of 127.0.0.1, in hybrid mode. */
export async function startIssuer(setting: IssuerSetting): Promise<Issuer> {
  const { ready, ask, stop } = await startProgram<IssuerReady>("programs/issuerProgram.ts", setting);
  const question = <Answer>(about: IssuerQuestion): Promise<Answer> => ask<Answer>(about);
  return {
    ...ready,
    newCredentials: () => question<Credentials>({ credentials: true }),
    newSessions: (count) => question<readonly Tokens[]>({ sessions: count }),
    stop,
  };
}

/** The value of `Authorization` for a service. */
export const basic = ({ id, secret }: Credentials): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
