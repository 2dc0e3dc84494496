import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createAuth, memory, realWorld } from "cardea";
import type { IssuerOrder, IssuerQuestion } from "./messages.ts";

// The issuer, in a process of its own: the embedded server as an application would start it, with a clock that can be put back and a feed that can be cut.
const { mode, signing, ttl, services }: IssuerOrder = JSON.parse(process.argv[2] ?? "");
let clockOffsetMs = 0;
let feedIsCut = false;
/** Connections over which somebody has asked for revocations. */
const readers = new Set<Socket>();

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
const url = `http://localhost:${(server.address() as AddressInfo).port}/auth`;
const auth = await createAuth({
  issuer: url,
  store: memory(),
  mode,
  keys: signing,
  access: { ttl },
  world: { ...realWorld, now: () => realWorld.now() + clockOffsetMs },
});
server.on("request", (request, response) => {
  const isNews = request.url?.includes("/revocation/") ?? false;
  if (isNews && feedIsCut) return void request.socket.destroy();
  if (isNews) readers.add(request.socket);
  auth.node(request, response);
});

process.on("message", (question: IssuerQuestion) => {
  if ("clockOffsetMs" in question) clockOffsetMs = question.clockOffsetMs;
  else feedIsCut = question.feedIsCut;
  if (feedIsCut) for (const reader of readers) reader.destroy();
  process.send?.(question);
});
process.on("disconnect", () => process.exit());

const created = await Promise.all(services.map((name) => auth.services.create(name)));
process.send?.({ url, credentials: created.map(({ service, secret }) => ({ id: service.id, secret })) });
