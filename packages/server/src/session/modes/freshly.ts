import { refused, type Verdict } from "@cardea/verifier/judge";
import { isLive } from "../ending.ts";
import type { ModeParts } from "./parts.ts";

/** A verdict that holds, looked at again in the store: nothing in the revocation log kills the token, its session goes on now, and its account is open. */
export async function freshly(
  verdict: Verdict,
  { people, feed, world }: Pick<ModeParts, "people" | "feed" | "world">,
): Promise<Verdict> {
  if (!verdict.ok) return verdict;
  const { sub, sid } = verdict.claims;
  const [account, sessions] = await Promise.all([people.find(sub), people.sessions(sub), feed.pull()]);
  const session = sessions.find(({ id }) => id === sid);
  const holds = account && account.disabledAt === undefined && session && isLive(session, world.now());
  // A key that was taken back signs nothing that this process accepts, so which one it was does not matter here.
  return holds && !feed.view.isRevoked(verdict.claims, undefined)
    ? { ...verdict, checked: "store", stalenessMs: 0 }
    : refused("revoked");
}
