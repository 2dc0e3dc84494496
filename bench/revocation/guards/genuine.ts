import { basic, type Issuer } from "../programs/issuer.ts";
import { type Given, headersFor } from "./material.ts";
import type { GuardedServer } from "./server.ts";

type Scene = { readonly issuer: Issuer; readonly given: Given };

/**
 * Before anything is measured: whatever stands before a route lets a good credential pass and refuses a forged one. Ours also
 * refuses a token that was revoked, which is the last one from here on. Throws if one does not.
 */
export async function assertGuarded(all: readonly GuardedServer[], { issuer, given }: Scene): Promise<void> {
  await Promise.all(all.map((each) => assertRefuses(each, given)));
  const revoked = given.shown.tokens.at(-1) ?? "";
  await revoke(issuer, revoked, given);
  const ours = all.filter(({ of }) => / ?Guard/.test(of.name));
  await Promise.all(ours.map((each) => assertHears(each, revoked)));
}

async function assertRefuses(server: GuardedServer, given: Given): Promise<void> {
  const [good = ""] = headersFor(server.of.name, given);
  const statuses = [await statusOf(server, good), await statusOf(server, forged(good))].join();
  if (statuses !== (server.of.name === "no auth" ? "200,200" : "200,401")) {
    throw new Error(`${named(server)} answered ${statuses} to a good and a forged credential.`);
  }
}

/** The feed takes a moment; that it never comes is what is looked for. */
async function assertHears(server: GuardedServer, token: string): Promise<void> {
  const until = performance.now() + 10_000;
  while ((await statusOf(server, `Authorization: Bearer ${token}`)) !== 401) {
    if (performance.now() > until) throw new Error(`${named(server)} accepts a revoked token.`);
  }
}

async function revoke({ url }: Issuer, token: string, { material }: Given): Promise<void> {
  const { jti } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const { status } = await fetch(`${url}/revocation`, {
    method: "POST",
    headers: { authorization: basic(material.credentials), "content-type": "application/json" },
    body: JSON.stringify({ kind: "token", key: jti }),
  });
  if (status !== 200) throw new Error(`The issuer answered ${status}.`);
}

const named = ({ of }: GuardedServer): string => `${of.framework}, ${of.name}`;

async function statusOf({ port }: GuardedServer, header: string): Promise<number> {
  const [name = "", value = ""] = header.split(": ");
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { [name]: value } });
  await response.arrayBuffer();
  return response.status;
}

/** With a signature that is another in one letter; a cookie is signed in the same place. */
const forged = (header: string): string =>
  header.replace(/(.*\.)(.)/, (_, before: string, letter: string) => before + (letter === "A" ? "B" : "A"));
