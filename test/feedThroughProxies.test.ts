import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createVerifier, type Verifier } from "@cardea/verifier";
import { type Auth, createAuth, memory } from "cardea";
import { type ProxyServer, startHaproxy, startNginx } from "#servers/proxyServers.ts";
import { haproxySoftware, nginxSoftware, whereInstalled } from "#servers/software.ts";
import { type Client, clientOf } from "./support/client.ts";
import { eventually } from "./support/eventually.ts";
import { listen } from "./support/listen.ts";
import { signIn } from "./support/people.ts";

const proxies = [
  { software: nginxSoftware, start: startNginx },
  { software: haproxySoftware, start: startHaproxy },
];

for (const { software, start } of proxies) {
  const { name } = software;
  whereInstalled([software], `the revocation feed through ${name}`, () => {
    describe(`the revocation feed through ${name} as it buffers by default`, () => {
      const server = createServer();
      let proxy: ProxyServer;
      let auth: Auth;
      let issuer: Client;
      let verifier: Verifier;
      let reconnects = 0;

      before(async () => {
        proxy = await start(await listen(server, "127.0.0.1"));
        const url = `http://127.0.0.1:${proxy.port}/auth`;
        auth = await createAuth({ store: memory(), issuer: url, mode: "hybrid", trustProxy: 1 });
        server.on("request", auth.node);
        issuer = clientOf(url);
        const { service, secret } = await auth.services.create("orders");
        const credentials = { id: service.id, secret };
        verifier = createVerifier({ issuer: url, audience: "app", revocation: {}, credentials });
        await verifier.ready();
        // A proxy may still have been starting; from here on one connection has to do.
        reconnects = verifier.revocation.reconnects;
      });
      after(async () => {
        await verifier?.close();
        await proxy.stop();
        server.close();
        await auth.close();
        server.closeAllConnections();
      });

      const isRefused = async (token: string): Promise<boolean> => {
        const verdict = await verifier.verify(token);
        return !verdict.ok && verdict.refusal.code === "revoked";
      };

      test("revocations arrive one by one over one connection, without being asked for", async () => {
        for (let round = 0; round < 5; round++) {
          const { access } = await signIn(issuer);
          assert.equal((await verifier.verify(access)).ok, true);
          await issuer.post("/sign-out", undefined, access);
          await eventually("the verifier refuses", () => isRefused(access));
        }
        assert.equal(verifier.revocation.reconnects, reconnects);
      });

      test("heartbeats arrive as well: a quiet feed is not taken for a dead one", async () => {
        await delay(6000);
        assert.equal(verifier.revocation.reconnects, reconnects);
        assert.equal(verifier.revocation.state, "live");
      });

      test("a proxy that is killed and comes back is only a connection that was lost", async () => {
        await proxy.kill();
        const { access } = await signIn(
          clientOf(`http://127.0.0.1:${(server.address() as { port: number }).port}/auth`),
        );
        await proxy.restart();
        await eventually("the proxy passes requests on again", () =>
          issuer.get("/health/live").then(
            ({ status }) => status === 200,
            () => false,
          ),
        );
        await eventually(
          "the verifier follows again",
          () => verifier.revocation.state === "live" && verifier.revocation.reconnects > reconnects,
        );
        assert.equal((await verifier.verify(access)).ok, true);
        await issuer.post("/sign-out", undefined, access);
        await eventually("the verifier refuses", () => isRefused(access));
      });
    });
  });
}
