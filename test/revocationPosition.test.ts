import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { createVerifier, type Verifier } from "@cardea/verifier";
import { nodeGuard } from "@cardea/verifier/node";
import { type Auth, createAuth, memory } from "cardea";
import { type Client, clientOf } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { listen } from "./support/listen.ts";
import { signIn, startSession } from "./support/people.ts";
import { asRefused } from "./support/refusal.ts";
import { startTcpProxy, type TcpProxy } from "./support/tcpProxy.ts";

const feedPath = "/auth/revocation/feed";
const rounds = 12;

describe("a sign-out holds for whoever shows its position, although the feed is held back", () => {
  const [issuerServer, serviceServer] = [createServer(), createServer()];
  let proxy: TcpProxy;
  let auth: Auth;
  let issuer: Client;
  let verifier: Verifier;
  let service: Client;
  let userId: string;

  before(async () => {
    proxy = await startTcpProxy();
    proxy.leadTo(await listen(issuerServer));
    const url = `http://localhost:${proxy.port}/auth`;
    auth = await createAuth({ store: memory(), issuer: url, mode: "hybrid" });
    issuerServer.on("request", auth.node);
    issuer = clientOf(url);
    ({ userId } = await signIn(issuer));
    const { service: caller, secret } = await auth.services.create("orders");
    const credentials = { id: caller.id, secret };
    verifier = createVerifier({ issuer: url, audience: "app", revocation: { maxStaleness: "30s" }, credentials });
    await verifier.ready();
    const guard = nodeGuard(verifier);
    serviceServer.on("request", async (request, response) => {
      if (await guard(request, response)) response.end("welcome");
    });
    service = clientOf(`http://localhost:${await listen(serviceServer)}`);
  });
  after(async () => {
    await verifier?.close();
    proxy.close();
    for (const server of [serviceServer, issuerServer]) server.close();
    await auth.close();
    issuerServer.closeAllConnections();
  });

  /** Somebody is welcome at the service and signs out, while nothing more comes out of the feed. */
  const signOutUnheard = async (): Promise<{ readonly access: string; readonly position: string }> => {
    const { access } = await startSession(auth, userId);
    await eventually("the service accepts", async () => (await service.get("/", access)).status === 200);
    proxy.mute(feedPath);
    const { status, headers } = await issuer.post("/sign-out", undefined, access);
    assert.equal(status, 204);
    return { access, position: String(headers.get("revocation-position")) };
  };
  const show = ({ access, position }: { access: string; position: string }) =>
    service.send("/", { headers: { authorization: `Bearer ${access}`, "revocation-position": position } });

  /** What was answered, unless the machine was so busy that the service could wait no longer. */
  const inTime = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    const { missed } = verifier.revocation.positionWaits;
    const answer = await ask();
    return verifier.revocation.positionWaits.missed === missed ? answer : undefined;
  };

  test("with the position it is refused each time; without, it would have been accepted", async (t) => {
    let [refused, acceptedWithout] = [0, 0];
    for (let round = 0; round < 10 * rounds && refused < rounds; round++) {
      const left = await signOutUnheard();
      if ((await service.get("/", left.access)).status === 200) acceptedWithout += 1;
      const answer = await inTime(() => show(left));
      if (answer === undefined) continue;
      asRefused(answer, left.access);
      refused += 1;
      asRefused(await service.get("/", left.access), left.access);
    }
    t.diagnostic(`${refused} were refused with it; ${acceptedWithout} were accepted without the position`);
    assert.equal(refused, rounds);
    assert.ok(acceptedWithout > 0, "the feed is held back indeed");
    assert.ok(verifier.revocation.positionWaits.reached > 0);
  });

  test("many at once are refused as well", async () => {
    for (let round = 0; round < rounds; round++) {
      const left = await signOutUnheard();
      const answers = await inTime(() => Promise.all(Array.from({ length: 50 }, () => show(left))));
      for (const answer of answers ?? []) asRefused(answer, left.access);
      if (answers !== undefined) return;
    }
    assert.fail("no round was in time");
  });

  test("whoever is still signed in and shows the position is accepted", async () => {
    const { access } = await startSession(auth, userId);
    const { position } = await signOutUnheard();
    assert.equal((await show({ access, position })).status, 200);
  });
});
