import type { WhenStale } from "@cardea/verifier";
import type { AccessClaims } from "@cardea/verifier/judge";
import { realWorld } from "../world.ts";
import { audiences, type Issuing } from "./issuing.ts";
import type { OpenOrder, ServiceVerdict, SharedSecret, Watched } from "./messages.ts";
import { type SandboxName, wordOf } from "./sandboxName.ts";
import type { ServiceThread } from "./serviceThread.ts";

/** What may be told about a key. */
type KeyFacts = ReturnType<Issuing["auth"]["keys"]["inventory"]>[number];

/** A sandbox: its issuer, and two services that accept its tokens. */
export type Sandbox = {
  readonly name: SandboxName;
  readonly issuing: Issuing;
  /** What each service says of a token under a policy. */
  readonly judge: (token: string, policy: WhenStale) => Promise<readonly ServiceVerdict[]>;
  /** Both services check the token over and over until they refuse it, for two seconds at most. */
  readonly watch: (token: string, policy: WhenStale) => Promise<readonly Watched[]>;
  readonly setFeed: (isCut: boolean) => Promise<void>;
  /** Puts the clock of issuer and services ahead by so many milliseconds more. */
  readonly skip: (ms: number) => Promise<void>;
  readonly keys: () => readonly KeyFacts[];
  /** The claims of a token that the issuer itself takes for good; undefined for any other. */
  readonly claimsOf: (token: string) => Promise<AccessClaims | undefined>;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly now: () => number;
  readonly close: () => Promise<void>;
};

/** Opens what stands around the issuer: credentials for the services, and their verifiers. */
export async function openSandbox(
  name: SandboxName,
  issuing: Issuing,
  { threads, reachedAt }: { readonly threads: readonly ServiceThread[]; readonly reachedAt: string },
): Promise<Sandbox> {
  const { auth } = issuing;
  const sandbox = wordOf(name);
  let handedOver = secretsOf(name, issuing);
  await Promise.all(
    threads.map(async (thread, at) => thread.ask({ ask: "open", order: await orderOf(thread.service, at) })),
  );

  async function orderOf(service: string, at: number): Promise<OpenOrder> {
    const { service: created, secret } = await auth.services.create(service);
    return {
      sandbox,
      mode: name.mode,
      issuer: issuing.issuer,
      reachedAt,
      audience: audiences[at] ?? service,
      credentials: { id: created.id, secret },
      aheadMs: issuing.aheadMs(),
      secrets: handedOver,
    };
  }

  /** A shared secret reaches its services by hand, whenever it is another one. */
  const handOver = async (): Promise<void> => {
    const secrets = secretsOf(name, issuing);
    if (secrets === undefined || secrets[0]?.kid === handedOver?.[0]?.kid) return;
    handedOver = secrets;
    await Promise.all(threads.map((thread) => thread.ask({ ask: "keys", sandbox, secrets })));
  };

  return {
    name,
    issuing,
    judge: async (token, policy) => {
      await handOver();
      return Promise.all(threads.map((thread) => thread.ask({ ask: "judge", sandbox, token, policy })));
    },
    watch: (token, policy) =>
      Promise.all(threads.map((thread) => thread.ask({ ask: "watch", sandbox, token, policy }))),
    setFeed: async (isCut) => {
      await Promise.all(threads.map((thread) => thread.ask({ ask: "feed", sandbox, isCut })));
    },
    skip: async (ms) => {
      issuing.setAhead(issuing.aheadMs() + ms);
      const aheadMs = issuing.aheadMs();
      await Promise.all(threads.map((thread) => thread.ask({ ask: "clock", sandbox, aheadMs })));
      await auth.keys.turn();
      await handOver();
    },
    keys: () => accessKeys(issuing),
    claimsOf: async (token) => {
      const verdict = await auth.verify(token);
      return verdict.ok ? verdict.claims : undefined;
    },
    now: () => realWorld.now() + issuing.aheadMs(),
    close: async () => {
      await Promise.allSettled(threads.map((thread) => thread.ask({ ask: "close", sandbox })));
      await issuing.close();
    },
  };
}

const accessKeys = ({ auth }: Issuing): readonly KeyFacts[] =>
  auth.keys.inventory().filter(({ use }) => use === "access");

/** The secret that signs now; undefined where there are key pairs. */
function secretsOf({ alg }: SandboxName, issuing: Issuing): readonly SharedSecret[] | undefined {
  if (alg !== "HS256") return undefined;
  return accessKeys(issuing)
    .filter(({ state }) => state === "signing")
    .flatMap(({ kid }) => {
      const secret = issuing.auth.keys.secretJwk(kid)?.k;
      return typeof secret === "string" ? [{ kid, secret }] : [];
    });
}
