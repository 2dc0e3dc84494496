import type { StorageChoice } from "./keeper.ts";
import type { ClientWorld } from "./world.ts";

/** What `createClient` takes. */
export type ClientOptions = {
  /** Where the issuer is: its URL, or its path on the page's own origin, such as `/auth`. */
  readonly baseUrl: string;
  /**
   * Where tokens are kept. Default `memory`: gone with the page. `session`: until the tab is closed. `local`: for all tabs, until
   * sign-out. `cookie`: in cookies that no script can read, for pages of the issuer's own site. Or a place of your own.
   */
  readonly storage?: StorageChoice;
  /** Origins, beside the issuer's own, that `fetch` sends the access token to. Written as browsers do, `https://api.example.com`. */
  readonly attachTo?: readonly string[];
  /** Clock, network and the like, where they are not those of a browser. */
  readonly world?: Partial<ClientWorld>;
};

/** The option `attachTo`, checked. Throws a TypeError for what is no origin that a token may be sent to. */
export function checkOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (new URL(origin).origin !== origin || !safe.test(origin)) {
      throw new TypeError(`no https origin "${origin}"`);
    }
  }
  return origins;
}

/** Over http anybody on the way reads the token, but for this machine. */
const safe = /^https:[^*]+$|^http:\/\/(localhost|127\.0\.0\.1|\[::1])(:|$)/;
