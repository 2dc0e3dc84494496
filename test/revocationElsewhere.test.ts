import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { VerifierOptions } from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { newPerson, signIn, type Tokens } from "./support/people.ts";
import { createCredentials, type ServerProcess, startIssuerProcess, startServiceProcess } from "./support/processes.ts";
import { jsonIn } from "./support/rawToken.ts";
import { asRefused } from "./support/refusal.ts";
import { startTcpProxy, type TcpProxy } from "./support/tcpProxy.ts";

const feedPath = "/auth/revocation/feed";

describe("a sign-out reaches services in other processes", () => {
  const data = mkdtempSync(join(tmpdir(), "cardea-elsewhere-"));
  const started: ServerProcess[] = [];
  let proxy: TcpProxy;
  let serviceOptions: VerifierOptions;
  let issuer: ServerProcess;
  let services: readonly ServerProcess[];

  const startService = async (): Promise<ServerProcess> => {
    const service = await startServiceProcess(serviceOptions);
    started.push(service);
    return service;
  };
  /** The issuer listens somewhere new each time; the services know it by the proxy's address alone. */
  const startIssuer = async (): Promise<void> => {
    const { port, ...process } = await startIssuerProcess(data, serviceOptions.issuer);
    started.push(process);
    proxy.leadTo(port);
    issuer = process;
  };

  before(async () => {
    proxy = await startTcpProxy();
    serviceOptions = {
      issuer: `http://localhost:${proxy.port}/auth`,
      audience: "app",
      credentials: await createCredentials(data, "billing"),
      revocation: { maxStaleness: "3s" },
    };
    await startIssuer();
    services = await Promise.all([startService(), startService()]);
  });
  after(async () => {
    await Promise.all(started.map(({ kill }) => kill()));
    proxy.close();
    rmSync(data, { recursive: true });
  });

  const signOut = async ({ access }: Tokens): Promise<string> => {
    const { status, headers } = await issuer.post("/sign-out", undefined, access);
    assert.equal(status, 204);
    return String(headers.get("revocation-position"));
  };
  const expectRefusedEverywhere = async ({ access }: Tokens): Promise<void> => {
    for (const service of services) asRefused(await service.get("/", access), access);
  };
  const answersEverywhere = (status: number, { access }: Tokens): Promise<void> =>
    eventually(`every service answers ${status}`, async () => {
      const answers = await Promise.all(services.map((service) => service.get("/", access)));
      return answers.every((answer) => answer.status === status);
    });
  /** A busy machine may let a view go stale for a moment; it comes back. */
  const expectAcceptedEverywhere = (tokens: Tokens): Promise<void> => answersEverywhere(200, tokens);

  test("by the push of the feed, long before the token expires", async (t) => {
    const ada = await signIn(issuer);
    const bob = await signIn(issuer);
    await expectAcceptedEverywhere(ada);

    const position = await signOut(ada);
    const acknowledged = performance.now();
    const latencies = await Promise.all(
      services.map(async (service) => {
        await eventually("the service refuses", async () => (await service.get("/", ada.access)).status === 401);
        return performance.now() - acknowledged;
      }),
    );
    const [one, other] = latencies.map((ms) => ms.toFixed(1));
    t.diagnostic(`sign-out answered; refused by the two services after ${one} and ${other} ms`);

    await expectRefusedEverywhere(ada);
    await expectAcceptedEverywhere(bob);
    assert.ok(Number(jsonIn(ada.access.split(".")[1]).exp) > Date.now() / 1000 + 60, "the token has not expired");
    for (const service of services) {
      const { epoch, position: pos, reconnects } = JSON.parse((await service.get("/status")).text);
      assert.deepEqual([`${epoch}:${pos}`, reconnects], [position, 0], "by the connection it had from the start");
    }
  });

  test("by cursor, when they were cut off meanwhile", async () => {
    const ada = await signIn(issuer);
    await expectAcceptedEverywhere(ada);
    const { epoch, position } = JSON.parse((await services[0]?.get("/status"))?.text ?? "{}");
    assert.ok(position > 0);

    proxy.cut();
    await signOut(ada);
    const asked = proxy.requestsFor(feedPath).length;
    proxy.heal();
    await answersEverywhere(401, ada);
    await expectRefusedEverywhere(ada);
    const cursor = `last-event-id: ${epoch}:${position}`;
    const resumed = proxy
      .requestsFor(feedPath)
      .slice(asked)
      .filter((head) => head.toLowerCase().split("\r\n").includes(cursor));
    assert.ok(resumed.length >= services.length, "each asked for what came after its position");
  });

  test("also when the issuer is killed: nothing revoked comes back, and without an issuer nothing is accepted", async () => {
    const person = newPerson();
    const revoked = await signIn(issuer);
    const lastMinute = await signIn(issuer);
    const live = await signIn(issuer, person);
    await signOut(revoked);
    await answersEverywhere(401, revoked);
    await expectAcceptedEverywhere(live);

    await signOut(lastMinute);
    await issuer.kill();
    await expectRefusedEverywhere(revoked);
    await answersEverywhere(503, live);
    for (const service of services) {
      const stale = await service.get("/", live.access);
      assert.deepEqual([stale.status, stale.body.code], [503, "stale_view"]);
      assert.ok(stale.headers.has("retry-after") && !stale.headers.has("www-authenticate"));
    }
    await expectRefusedEverywhere(revoked);
    for (const service of services) assert.notEqual((await service.get("/", lastMinute.access)).status, 200);

    await startIssuer();
    await answersEverywhere(200, live);
    await expectRefusedEverywhere(revoked);
    await expectRefusedEverywhere(lastMinute);
    for (const { access } of [revoked, lastMinute]) asRefused(await issuer.get("/sessions", access), access);
    assert.equal((await issuer.post("/sign-in", person)).status, 200);
  });

  test("and a service that starts only afterwards", async () => {
    const ada = await signIn(issuer);
    const bob = await signIn(issuer);
    await signOut(ada);
    const late = await startService();
    asRefused(await late.get("/", ada.access), ada.access);
    assert.equal((await late.get("/", bob.access)).status, 200);
  });
});
