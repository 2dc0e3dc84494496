import { createServer } from "node:http";
import { createAuth, postgres, realWorld, sqlite } from "cardea";
import { type IssuerSetting, issuerSecret } from "./issuerSetting.ts";
import { steppedClock } from "./steppedClock.ts";

// The program of an issuer: the product on a socket, with a wall clock that can be set.
const { issuer, place, port }: IssuerSetting & { port: number } = JSON.parse(process.argv[2] ?? "");
const auth = await createAuth({
  issuer,
  store: place.startsWith("postgres:") ? postgres(place, { poolSize: 4 }) : sqlite(place),
  secret: issuerSecret,
  trustProxy: 0,
  world: { ...realWorld, now: steppedClock() },
});
const server = createServer(auth.node);
server.listen(port, "127.0.0.1", () => process.send?.(Object(server.address()).port));
