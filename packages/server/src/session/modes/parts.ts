import type { TokenProfile } from "../../issue/accessToken.ts";
import type { KeyRing } from "../../keys/keyRing.ts";
import type { Feed } from "../../revoke/feed.ts";
import type { PersonStore } from "../../store/ports.ts";
import type { World } from "../../world.ts";

/** What a mode is built from; each takes what it needs. */
export type ModeParts = {
  readonly keys: KeyRing;
  readonly profile: TokenProfile;
  readonly people: Pick<PersonStore, "find" | "sessions" | "findByToken">;
  readonly feed: Feed;
  readonly world: World;
};
