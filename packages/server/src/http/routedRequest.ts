import type { RequestContext } from "../requestContext.ts";
import type { Provenance } from "./originCheck.ts";

/** A request on its way to a handler: where it came from, and the parameters of its path. */
export type RoutedRequest = {
  readonly request: Request;
  readonly parameter: (name: string) => string;
  readonly context: RequestContext;
  /** What is known about the page that sent it; `unchecked` on routes of the class `safe`. */
  readonly provenance: Provenance | "unchecked";
};
