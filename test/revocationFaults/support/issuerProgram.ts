import { createServer } from "node:http";
import { createAuth, postgres, realWorld, redisLog, type Store, type StoreFactory, sqlite } from "cardea";
import { type IssuerSetting, issuerSecret, mintPath } from "./issuerSetting.ts";
import { signInSomebody } from "./somebody.ts";
import { steppedClock } from "./steppedClock.ts";

// The program of an issuer: the product on a socket, with a wall clock that can be set, and a way in that costs no hash.
const { issuer, place, logIn, clientId, port }: IssuerSetting & { port: number } = JSON.parse(process.argv[2] ?? "");
const factory = place.startsWith("postgres:") ? postgres(place, { poolSize: 6 }) : sqlite(place);
let opened: Store | undefined;
const store: StoreFactory = {
  ...factory,
  open: async (...how) => {
    opened = await factory.open(...how);
    return opened;
  },
};
const world = { ...realWorld, now: steppedClock() };
const auth = await createAuth({
  issuer,
  store,
  secret: issuerSecret,
  trustProxy: 0,
  access: { ttl: "1h", clientId },
  ...(logIn && { revocation: { log: redisLog({ sentinel: logIn }, { deadline: "5s" }) } }),
  claims: ({ email }) => ({ tid: email.split("@")[0] }),
  world,
});
const people = opened?.people;
if (people === undefined) throw new Error("An issuer opens its store.");

const server = createServer(async (request, response) => {
  if (request.url !== mintPath) return void auth.node(request, response);
  const token = await signInSomebody(auth, people, world).catch(() => undefined);
  response.writeHead(token === undefined ? 503 : 200).end(token);
});
server.listen(port, "127.0.0.1", () => process.send?.(Object(server.address()).port));
