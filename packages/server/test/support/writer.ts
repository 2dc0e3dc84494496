import { writeSync } from "node:fs";
import { createAuth, realWorld, sqlite } from "cardea";
import type { VerifiedIdentity } from "../../src/signin/signIn.ts";

/** What a write was, once it was acknowledged. */
export type Acknowledged =
  | { readonly did: "account"; readonly id: string }
  | { readonly did: "start" | "refresh"; readonly id: string; readonly refresh: string; readonly generation: number }
  | { readonly did: "end"; readonly id: string };

/** A program: writes to the file it is given until it is killed, and says each write as soon as it is acknowledged. */
const store = sqlite(process.argv[2] ?? "");
const auth = await createAuth({ issuer: "https://issuer.example", store });
const { accounts } = await store.open(realWorld);
const say = (acknowledged: Acknowledged): number => writeSync(1, `${JSON.stringify(acknowledged)}\n`);

for (let round = 0; ; round++) {
  const id = Buffer.from(realWorld.random(16)).toString("base64url");
  await accounts.insert({ id, email: `${id}@example.com`, passwordHash: "x", roles: [], createdAt: realWorld.now() });
  say({ did: "account", id });
  const started = await auth.sessions.start({ accountId: id, amr: ["pwd"] } as unknown as VerifiedIdentity, "writer");
  if (!started) throw new Error("no session");
  const { session, refreshToken } = started;
  say({ did: "start", id: session.id, refresh: refreshToken, generation: session.generation });
  let current = refreshToken;
  for (let turn = 0; turn < round % 4; turn++) {
    const refreshed = await auth.sessions.refresh(current);
    if (!refreshed.ok) throw new Error(refreshed.refusal.reason);
    current = refreshed.value.refreshToken;
    say({ did: "refresh", id: session.id, refresh: current, generation: refreshed.value.session.generation });
  }
  if (round % 3 > 0 && (await auth.sessions.end(id, session.id))) say({ did: "end", id: session.id });
}
