import type { Verdict } from "@cardea/verifier/judge";
import type { Accounts } from "./account/accounts.ts";
import type { Authenticate } from "./http/authenticate.ts";
import type { NodeHandler } from "./http/node.ts";
import type { Route } from "./http/route.ts";
import type { Serve } from "./http/serveRoutes.ts";
import type { AccountClaims, AccountFields } from "./issue/accessToken.ts";
import type { KeyRing } from "./keys/keyRing.ts";
import type { Inbox } from "./mail/transport/inbox.ts";
import type { PasswordPolicy } from "./people/passwords/policy.ts";
import type { Services } from "./people/services.ts";
import type { Revocations } from "./revoke/revocations.ts";
import type { Sessions } from "./session/session.ts";
import type { AuditStore } from "./store/ports.ts";

/** An issuer, ready to serve; of which claims it adds to tokens and which fields its accounts have, its type knows. */
export type Auth<Claims extends AccountClaims = AccountClaims, Fields extends AccountFields = AccountFields> = {
  /** Never there: it carries types to `createClient<typeof auth>` of `@cardea/client`. */
  readonly "~types"?: { readonly claims: Claims; readonly fields: Fields };
  /** All routes as a web-standard handler. `connection.address` is the other end of the connection, where the runtime knows it. */
  readonly fetch: Serve;
  /** The same for node:http, Connect and Express 4 and 5 (mounted or not, before or after `express.json()`). */
  readonly node: NodeHandler;
  /** Judges an access token, in whatever mode; never throws for a bad one. `fresh` asks the store whether session and account are there now. */
  readonly verify: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
  /** The person behind a request to a route of the application's own: by a token in the header, or by our cookie from a trusted page. `toResponse` of a refusal is the whole answer. */
  readonly authenticate: Authenticate;
  readonly accounts: Accounts;
  readonly services: Services;
  readonly sessions: Sessions;
  /** Revoking by name, and who follows the log. */
  readonly revocations: Revocations;
  readonly keys: KeyRing;
  /** The audit trail. */
  readonly audit: Pick<AuditStore, "list">;
  readonly passwordPolicy: PasswordPolicy;
  /** The mails of a development server; undefined where mails are sent. */
  readonly inbox: Inbox | undefined;
  /** Every route for programs, as the OpenAPI document has them. */
  readonly routes: readonly Route[];
  /** Every route of the hosted pages. */
  readonly pages: readonly Route[];
  /** Resolves when what was answered before is done behind the answer, and no mail is due. */
  readonly settled: () => Promise<void>;
  /** Ends feeds and hashing threads, writes what waits and closes the store; once, however often it is called. */
  readonly close: () => Promise<void>;
};
