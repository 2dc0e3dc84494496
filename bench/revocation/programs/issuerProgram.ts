import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { memory, postgres, realWorld, type StoreFactory, sqlite } from "cardea";
import { addAccounts, openCheapIssuer, startSessions } from "../../auth/issuer.ts";
import { newIdentifier } from "../identifiers.ts";
import type { Credentials, IssuerQuestion, IssuerReady, IssuerSetting } from "./issuer.ts";
import { type Service, serveProgram } from "./program.ts";

/** The product on a socket, but that passwords cost nothing. */
async function start({ place, issuer, revocations = 0 }: IssuerSetting): Promise<Service> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`;
  const store = storeAt(place);
  if (place !== "memory") await fill(store, revocations);
  const secret = place === "memory" ? {} : { secret: sealing };
  const auth = await openCheapIssuer({ issuer: issuer ?? url, store, ...secret, mode: "hybrid", trustProxy: 0 });
  server.on("request", auth.node);

  const newCredentials = async (): Promise<Credentials> => {
    const scopes = ["introspect", "revocation:read", "revocation:write"] as const;
    const { service, secret } = await auth.services.create("bench", { scopes });
    return { id: service.id, secret };
  };
  let people = 0;
  const newSessions = async (count: number) => {
    const identities = await addAccounts(auth, 100, people);
    people += 100;
    return startSessions(auth, identities, count);
  };
  return {
    ready: { url, issuer: issuer ?? url } satisfies IssuerReady,
    answer: (question: IssuerQuestion) => ("sessions" in question ? newSessions(question.sessions) : newCredentials()),
  };
}

function storeAt(place: string): StoreFactory {
  if (place === "memory") return memory();
  return place.startsWith("postgres:") ? postgres(place, { poolSize: 4 }) : sqlite(place);
}

/** Makes the tables, and revocations of sessions that nobody has, as a log holds them after a busy hour. */
async function fill(factory: StoreFactory, count: number): Promise<void> {
  const store = await factory.open(realWorld);
  for (let left = count; left > 0; left -= 1000) {
    const batch = Array.from({ length: Math.min(left, 1000) }, () => ({
      kind: "session" as const,
      key: newIdentifier(),
      expiresAt: realWorld.now() + 3_600_000,
    }));
    await store.revocations.append(batch);
  }
  await store.close();
}

/** The same for all issuers over one store. */
const sealing = new Uint8Array(32).map((_, index) => 5 * index + 3);

await serveProgram(start);
