import { refused, type Verdict } from "@cardea/verifier/judge";
import { isLive } from "../ending.ts";
import type { ModeParts } from "./parts.ts";

/** A verdict that holds, looked at again in the store: its session goes on now, and its account is open. */
export async function freshly(
  verdict: Verdict,
  { people, world }: Pick<ModeParts, "people" | "world">,
): Promise<Verdict> {
  if (!verdict.ok) return verdict;
  const { sub, sid } = verdict.claims;
  const [account, sessions] = await Promise.all([people.find(sub), people.sessions(sub)]);
  const session = sessions.find(({ id }) => id === sid);
  const holds = account && account.disabledAt === undefined && session && isLive(session, world.now());
  return holds ? { ...verdict, checked: "store", stalenessMs: 0 } : refused("revoked");
}
