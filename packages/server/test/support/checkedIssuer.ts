import type { AuthOptions } from "cardea";
import { assertDeclared, rowOf } from "./declaredAnswers.ts";
import { authorizing, type Issuer, jsonPost, startIssuer } from "./issuer.ts";

/** An issuer whose every answer is held against the route table; `seen` has an entry `operationId status` for each kind of answer. */
export type CheckedIssuer = Issuer & { readonly seen: ReadonlySet<string> };

/** Starts an issuer and checks whatever it answers. */
export async function startCheckedIssuer(options: Partial<AuthOptions> = {}): Promise<CheckedIssuer> {
  const issuer = await startIssuer(options);
  const seen = new Set<string>();
  const send: Issuer["send"] = async (path, init = {}) => {
    const answer = await issuer.send(path, init);
    const asked = { method: init.method ?? "GET", path: new URL(issuer.url + path).pathname };
    // Between client and server stands http: what the issuer calls itself decides about https.
    assertDeclared(issuer.auth, options.issuer ?? issuer.url, asked, answer);
    const row = rowOf(issuer.auth, issuer.url, asked);
    if (row) seen.add(`${row.operationId} ${answer.status}`);
    return answer;
  };
  return {
    ...issuer,
    seen,
    send,
    post: (path, body, authorization) => send(path, jsonPost(body, authorization)),
    get: (path, authorization) => send(path, { headers: authorizing(authorization) }),
  };
}
