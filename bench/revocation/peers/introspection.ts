import { basic, type Issuer } from "../programs/issuer.ts";
import type { Peer } from "./peer.ts";

/** The issuer is asked about each token (RFC 7662), over connections that are kept. Here it is ours, which answers from memory. */
export async function introspection(issuer: Issuer, tokens: readonly string[]): Promise<Peer> {
  const headers = { authorization: basic(await issuer.newCredentials()) };
  const away = async (at: number): Promise<void> => {
    const body = new URLSearchParams({ token: tokens[at % tokens.length] ?? "" });
    const response = await fetch(`${issuer.url}/introspect`, { method: "POST", headers, body });
    const { active } = (await response.json()) as { readonly active?: boolean };
    if (active !== true) throw new Error("Introspection refused a token.");
  };
  return { name: "HTTP introspection", ask: { away } };
}
