import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createVerifier, type Verifier } from "@cardea/verifier";
import { eventually } from "./support/eventually.ts";
import { signIn, type Tokens } from "./support/people.ts";
import { createCredentials, type ServerProcess, startIssuerProcess, startRelayProcess } from "./support/processes.ts";
import { startTcpProxy, type TcpProxy } from "./support/tcpProxy.ts";

describe("a relay in a process of its own", () => {
  const data = mkdtempSync(join(tmpdir(), "cardea-relay-"));
  const secretFile = join(data, "relay-secret");
  const started: ServerProcess[] = [];
  let credentials: { readonly id: string; readonly secret: string };
  let issuer: ServerProcess;
  let toIssuer: TcpProxy;
  let toRelay: TcpProxy;
  let verifier: Verifier;

  const startRelay = async (): Promise<ServerProcess> => {
    const relay = await startRelayProcess(`http://localhost:${toIssuer.port}/auth`, { id: credentials.id, secretFile });
    started.push(relay);
    toRelay.leadTo(relay.port);
    return relay;
  };
  const verdictOn = async ({ access }: Tokens): Promise<string> => {
    const verdict = await verifier.verify(access);
    return verdict.ok ? "accepted" : verdict.refusal.code;
  };
  const comesToBe = (verdict: string, tokens: Tokens): Promise<void> =>
    eventually(`the verifier answers ${verdict}`, async () => (await verdictOn(tokens)) === verdict);

  before(async () => {
    [toIssuer, toRelay] = [await startTcpProxy(), await startTcpProxy()];
    credentials = await createCredentials(data, "billing");
    writeFileSync(secretFile, `${credentials.secret}\n`);
    const url = `http://localhost:${toIssuer.port}/auth`;
    const { port, ...process } = await startIssuerProcess(data, url);
    started.push(process);
    toIssuer.leadTo(port);
    issuer = process;
  });
  after(async () => {
    await verifier?.close();
    await Promise.all(started.map(({ kill }) => kill()));
    toIssuer.close();
    toRelay.close();
    rmSync(data, { recursive: true });
  });

  test("serves a verifier, which denies when the relay is killed, and goes on when it is back", async () => {
    const relay = await startRelay();
    verifier = createVerifier({
      issuer: `http://localhost:${toIssuer.port}/auth`,
      audience: "app",
      credentials,
      revocation: { maxStaleness: "2s", feed: `http://localhost:${toRelay.port}/auth` },
    });
    await verifier.ready();
    const [ada, bob, eve] = [await signIn(issuer), await signIn(issuer), await signIn(issuer)];
    await comesToBe("accepted", bob);
    await issuer.post("/sign-out", undefined, ada.access);
    await comesToBe("revoked", ada);

    await relay.kill();
    await comesToBe("stale_view", bob);
    await issuer.post("/sign-out", undefined, eve.access);

    await startRelay();
    await comesToBe("accepted", bob);
    assert.deepEqual([await verdictOn(ada), await verdictOn(eve)], ["revoked", "revoked"]);
  });

  test("waits for an issuer that cannot be reached when it starts", async () => {
    toIssuer.cut();
    const relay = startRelay();
    const isOutdated = eventually("the verifier is stale", () => verifier.revocation.state === "stale");
    await isOutdated;
    toIssuer.heal();
    assert.equal((await (await relay).get("/health/ready")).status, 200);
  });
});
