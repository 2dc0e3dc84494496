import type { NodeHandler } from "../http/node.ts";
import type { Route } from "../http/route.ts";
import type { Serve } from "../http/serveRoutes.ts";

/** A relay, ready to serve: it has read the whole log, and asks the issuer whatever must not come from memory. */
export type Relay = {
  /** All routes as a web-standard handler. */
  readonly fetch: Serve;
  /** The same for node:http, Connect and Express. */
  readonly node: NodeHandler;
  readonly routes: readonly Route[];
  /** Whether the issuer confirmed within the last five seconds that nothing is missing. */
  readonly isLive: () => boolean;
  /** Ends feeds, questions and timers; once, however often it is called. */
  readonly close: () => Promise<void>;
};
