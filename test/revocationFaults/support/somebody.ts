import { randomUUID } from "node:crypto";
import type { Auth, Store, World } from "cardea";

/** Makes an account that nobody knows yet, starts a session for its owner, and answers the access token that the product made. */
export async function signInSomebody(auth: Auth, people: Store["people"], world: Pick<World, "now">): Promise<string> {
  const id = randomUUID();
  const now = world.now();
  await people.register(`${id}@example.com`, () => ({ answer: undefined, account: accountOf(id, now) }));
  const signedIn = await auth.sessions.start(provenIdentity(id, now), aClient);
  if (signedIn === undefined) throw new Error("Somebody has an account and cannot sign in.");
  return signedIn.accessToken;
}

const accountOf = (id: string, now: number) => ({
  id,
  email: `${id}@example.com`,
  emailVerifiedAt: now,
  passwordHash: "none",
  passwordChangedAt: now,
  roles: [],
  fields: {},
  createdAt: now,
  disabledAt: undefined,
});

type Start = Parameters<Auth["sessions"]["start"]>;

/** Only the product's sign-in makes such a value; here it stands for a password that was right. */
const provenIdentity = (accountId: string, passwordChangedAt: number): Start[0] =>
  ({ accountId, amr: ["pwd"], passwordChangedAt }) as unknown as Start[0];

const aClient: Start[1] = {
  actor: undefined,
  transport: "bearer",
  address: undefined,
  userAgent: "a run",
  requestId: undefined,
};
