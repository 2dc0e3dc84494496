import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAuth, memory, realWorld } from "cardea";
import type { IssuerOrder, IssuerQuestion } from "./messages.ts";

// The issuer, in a process of its own: the embedded server as an application would start it, with a clock that can be put back.
const { mode, signing, ttl, services }: IssuerOrder = JSON.parse(process.argv[2] ?? "");
let clockOffsetMs = 0;

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
server.on("request", auth.node);

process.on("message", (question: IssuerQuestion) => {
  clockOffsetMs = question.clockOffsetMs;
  process.send?.({ clockOffsetMs });
});
process.on("disconnect", () => process.exit());

const created = await Promise.all(services.map((name) => auth.services.create(name)));
process.send?.({ url, credentials: created.map(({ service, secret }) => ({ id: service.id, secret })) });
