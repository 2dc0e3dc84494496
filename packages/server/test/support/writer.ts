import { writeSync } from "node:fs";
import { createAuth, realWorld, sqlite } from "cardea";
import { noRequest } from "../../src/requestContext.ts";
import type { VerifiedIdentity } from "../../src/signin/identity.ts";
import { newAccount } from "../../src/signin/signUp.ts";

/** What a write was, once it was acknowledged. */
export type Acknowledged =
  | { readonly did: "account"; readonly id: string }
  | { readonly did: "start" | "refresh"; readonly id: string; readonly refresh: string; readonly generation: number }
  | { readonly did: "end"; readonly id: string };

/** A program: writes to the file it is given until it is killed, and says each write as soon as it is acknowledged. */
const store = sqlite(process.argv[2] ?? "");
const auth = await createAuth({ issuer: "https://issuer.example", store });
const { people } = await store.open(realWorld);
const client = { ...noRequest, userAgent: "writer", actor: undefined, transport: "bearer" } as const;
const say = (acknowledged: Acknowledged): number => writeSync(1, `${JSON.stringify(acknowledged)}\n`);

for (let round = 0; ; round++) {
  const email = `${realWorld.random(8).reduce((text, byte) => text + byte.toString(16), "w")}@example.com`;
  const account = newAccount({ email, passwordHash: "x", roles: [], fields: {} }, realWorld);
  const { id, passwordChangedAt } = account;
  await people.register(email, () => ({ answer: undefined, account }));
  say({ did: "account", id });
  const identity = { accountId: id, amr: ["pwd"], passwordChangedAt } as unknown as VerifiedIdentity;
  const started = await auth.sessions.start(identity, client);
  if (!started) throw new Error("no session");
  const { session, refreshToken } = started;
  say({ did: "start", id: session.id, refresh: refreshToken, generation: session.generation });
  let current = refreshToken;
  for (let turn = 0; turn < round % 4; turn++) {
    const refreshed = await auth.sessions.refresh(current, client);
    if (!refreshed.ok) throw new Error(refreshed.refusal.reason);
    current = refreshed.value.refreshToken;
    say({ did: "refresh", id: session.id, refresh: current, generation: refreshed.value.session.generation });
  }
  if (round % 3 > 0 && (await auth.sessions.end(id, session.id, client))) say({ did: "end", id: session.id });
}
