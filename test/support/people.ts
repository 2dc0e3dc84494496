import assert from "node:assert/strict";
import type { Auth } from "cardea";
import type { Client } from "./client.ts";

/** What a person signs in with. */
export type Person = { readonly email: string; readonly password: string };

let people = 0;

/** A person whom no issuer knows yet. */
export const newPerson = (): Person => ({
  email: `person${people++}@example.com`,
  password: "a phrase of several words",
});

/** What signing in hands out, as strings. */
export type Tokens = { readonly access: string; readonly refresh: string; readonly userId: string };

/** Signs up (again, if need be) and in: somebody new, unless somebody is given. */
export async function signIn(issuer: Pick<Client, "post">, person: Person = newPerson()): Promise<Tokens> {
  assert.equal((await issuer.post("/sign-up", person)).status, 201);
  const { status, body } = await issuer.post("/sign-in", person);
  assert.equal(status, 200);
  return tokensOf(body);
}

/** The tokens in an answer to sign-in or refresh. */
export function tokensOf(body: Readonly<Record<string, unknown>>): Tokens {
  const user: unknown = body.user;
  assert.ok(typeof user === "object" && user !== null && "id" in user);
  return { access: String(body.access_token), refresh: String(body.refresh_token), userId: String(user.id) };
}

/** One more session of a person who has shown who they are: spares the password's hash to tests that need hundreds. */
export async function startSession(auth: Auth, userId: string): Promise<Tokens> {
  const account = await auth.accounts.find(userId);
  assert.ok(account);
  const { passwordChangedAt } = account;
  type Start = Parameters<Auth["sessions"]["start"]>;
  const identity = { accountId: userId, amr: ["pwd"], passwordChangedAt } as unknown as Start[0];
  const client: Start[1] = {
    actor: userId,
    transport: "bearer",
    address: undefined,
    userAgent: "a test",
    requestId: undefined,
  };
  const signedIn = await auth.sessions.start(identity, client);
  assert.ok(signedIn);
  return { access: signedIn.accessToken, refresh: signedIn.refreshToken, userId };
}
