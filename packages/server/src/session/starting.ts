import type { By } from "../people/people.ts";
import type { Person, Session } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import { isLive } from "./ending.ts";
import type { Minted, Minting } from "./minting.ts";
import type { SessionLife } from "./refreshFamily.ts";

/** Who signs in from where, and how the client carries its tokens. */
export type Client = By & Pick<Session, "transport">;

/** Starts a session inside a decision: a fresh identifier, its refresh family at its first generation, both ends ahead, and its tokens. */
export type Starting = (
  person: Pick<Person, "account" | "head">,
  who: { readonly amr: readonly string[]; readonly client: Client },
) => { readonly session: Session; readonly minted: Minted };

/** Starting sessions of one life, in one mode. */
export const createStarting =
  ({ mint, life, world }: { readonly mint: Minting; readonly life: SessionLife; readonly world: World }): Starting =>
  ({ account, head }, { amr, client: { transport, address, userAgent = "" } }) => {
    const now = world.now();
    const session: Session = {
      id: randomToken(world, 16),
      accountId: account.id,
      createdAt: now,
      lastUsedAt: now,
      idleEndsAt: now + life.idleMs,
      absoluteEndsAt: now + life.absoluteMs,
      authenticatedAt: now,
      amr,
      transport,
      userAgent,
      address,
      generation: 0,
      rotatedAt: now,
    };
    return { session, minted: mint({ session, account, head }) };
  };

/**
 * The sessions that have to go so that one more fits: those that ended already, and of the live ones the least recently used
 * beyond `max`.
 */
export function evicted(sessions: readonly Session[], max: number, now: number): readonly Session[] {
  const live = sessions.filter((session) => isLive(session, now)).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
  return [...sessions.filter((session) => !isLive(session, now)), ...live.slice(Math.max(0, max - 1))];
}
