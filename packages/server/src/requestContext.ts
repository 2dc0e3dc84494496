import { printable } from "./printable.ts";

/** Where something was asked from, for the audit trail: what the client says of itself is cut and made printable. */
export type RequestContext = {
  /** The client's network address; undefined when nobody knows it. */
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** Ties the audit trail, the log and the answer together. */
  readonly requestId: string | undefined;
};

/** Nobody's request: the command line, the application, or a task of the issuer itself. */
export const noRequest: RequestContext = { address: undefined, userAgent: undefined, requestId: undefined };

/** A context out of what a request says; what is not given is not known. User agents are cut to 256 characters, the rest to 64. */
export const requestContext = ({
  address,
  userAgent,
  requestId,
}: {
  readonly address?: string | undefined;
  readonly userAgent?: string | null | undefined;
  readonly requestId?: string | undefined;
}): RequestContext => ({
  address: shortened(address, 64),
  userAgent: shortened(userAgent, 256),
  requestId: shortened(requestId, 64),
});

const shortened = (text: string | null | undefined, max: number): string | undefined =>
  text === undefined || text === null ? undefined : printable(text, max);
