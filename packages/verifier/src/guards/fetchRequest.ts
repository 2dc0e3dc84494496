import { positionHeader } from "../wire/position.ts";
import type { AuthenticateRequest, Outcome } from "./authenticateRequest.ts";

/** Judges a `Request` of the Fetch standard. */
export const authenticateFetchRequest = ({ headers }: Request, authenticate: AuthenticateRequest): Promise<Outcome> =>
  authenticate(headers.get("authorization") ?? undefined, headers.get(positionHeader) ?? undefined);
