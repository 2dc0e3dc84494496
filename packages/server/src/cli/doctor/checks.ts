import { hasherOptions } from "../../config/passwordOptions.ts";
import { unsafeIn } from "../../config/production.ts";
import { isSharedAlgorithm } from "../../keys/policy.ts";
import { createPasswordHasher } from "../../people/passwordHasher/passwordHasher.ts";
import { acceptPassword } from "../../people/passwords/password.ts";
import type { Finding } from "../../store/ports.ts";
import { randomToken } from "../../world.ts";
import { type Check, fail, fine, type Subject, warn } from "./check.ts";
import { mailCheck } from "./mailCheck.ts";
import { cacheCheck, engineCheck, hashesCheck, keysCheck, logCheck, outboxCheck, schemaCheck } from "./storeChecks.ts";

/** What is looked at, in this order. A new check is a new row. */
export const checks: readonly Check[] = [
  { name: "node", run: async () => [fine("node", process.versions.node)] },
  { name: "production", run: production },
  schemaCheck,
  engineCheck,
  keysCheck,
  { name: "shared key", run: sharedKey },
  cacheCheck,
  logCheck,
  mailCheck,
  outboxCheck,
  hashesCheck,
  { name: "passwords", run: passwords },
  { name: "proxy", run: proxy },
  { name: "issuer", run: issuer },
];

async function production({ configuration: { checked } }: Subject): Promise<readonly Finding[]> {
  const unsafe = unsafeIn(checked);
  if (unsafe.length === 0) return [fine("production", "nothing unsafe is set")];
  return unsafe.map(({ setting, fix }) =>
    checked.development
      ? warn("production", `${setting} would not do for production`, fix)
      : fail("production", `${setting} does not do for production`, fix),
  );
}

/** Whoever verifies with a shared key can also sign: for the other audiences, too. */
async function sharedKey({ configuration: { checked } }: Subject): Promise<readonly Finding[]> {
  const { alg } = checked.keys;
  const { audience } = checked.access;
  if (!isSharedAlgorithm(alg)) return [];
  if (audience.length < 2) return [fine("shared key", `${alg}, for one audience`)];
  const text = `${alg} serves ${audience.length} audiences: each service that verifies can make tokens for the others`;
  return [
    warn(
      "shared key",
      text,
      "Use key pairs (keys.alg ES256), or an issuer with a secret of its own for each audience.",
    ),
  ];
}

/** Hashes with the settings as they are, and checks that right is right and wrong is wrong. */
async function passwords({ configuration: { checked }, world }: Subject): Promise<readonly Finding[]> {
  const hasher = createPasswordHasher({ world, ...hasherOptions(checked.passwords), workers: 1 });
  try {
    const [right, wrong] = [acceptPassword(randomToken(world, 16)), acceptPassword(randomToken(world, 16))];
    if (!right.ok || !wrong.ok) throw new Error("A random password was refused.");
    const hash = await hasher.hash(right.value);
    const since = world.monotonic();
    const verdicts = [await hasher.verify(right.value, hash), await hasher.verify(wrong.value, hash)];
    const ms = Math.round((world.monotonic() - since) / 2);
    if (verdicts[0]?.matches !== true || verdicts[1]?.matches !== false)
      return [
        fail(
          "passwords",
          "a right password was refused, or a wrong one taken",
          "Install the package anew: its argon2 does not fit this machine.",
        ),
      ];
    const text = `${ms} ms a check`;
    return [ms > 1000 ? warn("passwords", text, "Sign-in is slow. See: cardea calibrate") : fine("passwords", text)];
  } finally {
    await hasher.close();
  }
}

/** `serve` speaks http, so whoever reaches it by https comes through a proxy. */
async function proxy({ configuration: { checked } }: Subject): Promise<readonly Finding[]> {
  const { trustProxy, issuer: url } = checked;
  const isBehind = url.protocol === "https:";
  const trusts = trustProxy !== undefined && trustProxy !== 0;
  if (isBehind && !trusts)
    return [
      warn(
        "proxy",
        "the proxy that brings https is not trusted, so nobody's address is known and limits by address do not apply",
        "Set CARDEA_TRUST_PROXY to the number of proxies in front, or to their addresses.",
      ),
    ];
  if (!isBehind && trusts)
    return [
      warn(
        "proxy",
        "a proxy is trusted, but the issuer is reached by http: without one, callers choose their address",
        "Leave CARDEA_TRUST_PROXY out where there is no proxy.",
      ),
    ];
  return [fine("proxy", isBehind ? "trusted for clients' addresses" : "none")];
}

/** Whether the issuer is where its tokens say (RFC 8414 3.3). */
async function issuer({ configuration: { checked, options } }: Subject): Promise<readonly Finding[]> {
  const { origin, pathname } = checked.issuer;
  const url = `${origin}/.well-known/oauth-authorization-server${pathname === "/" ? "" : pathname}`;
  let answer: Response;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: "error" });
  } catch {
    return [
      warn(
        "issuer",
        `${options.issuer} does not answer`,
        "Start it (cardea serve), or look at the proxy in front of it.",
      ),
    ];
  }
  const metadata: unknown = await answer.json().catch(() => undefined);
  const told: unknown = Object(metadata).issuer;
  if (answer.ok && told === options.issuer) return [fine("issuer", `${options.issuer} answers`)];
  return [
    fail(
      "issuer",
      `${url} ${typeof told === "string" ? "is another issuer's" : `answers ${answer.status}, and not as an issuer`}`,
      "Set CARDEA_ISSUER to the URL under which this issuer is reached, and let the proxy pass both paths on.",
    ),
  ];
}
