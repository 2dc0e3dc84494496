/** What the page can be switched to. Each state is a URL; no token is ever part of it. */
export type Settings = {
  readonly mode: Mode;
  readonly alg: Algorithm;
  readonly storage: StorageName;
  readonly policy: Policy;
  readonly view: View;
};

/** How the issuer remembers sessions. */
export type Mode = (typeof modes)[number];
/** What tokens are signed with. */
export type Algorithm = (typeof algorithms)[number];
/** Where the page keeps its token. */
export type StorageName = (typeof storages)[number];
/** What a service does while its news is too old. */
export type Policy = (typeof policies)[number];
/** What is shown. */
export type View = (typeof views)[number];

/** In the order in which they are offered. */
export const modes = ["stateless", "hybrid", "stateful"] as const;
/** In the order in which they are offered. */
export const algorithms = ["ES256", "EdDSA", "RS256", "HS256"] as const;
/** In the order in which they are offered. */
export const storages = ["memory", "session", "local", "cookie"] as const;
/** In the order in which they are offered. */
export const policies = ["deny", "introspect", "allow"] as const;
/** In the order in which they are offered. */
export const views = ["play", "inspect"] as const;

/** The settings that a URL asks for; what it does not say, or says wrongly, is the default. */
export function readSettings(query: string): Settings {
  const given = new URLSearchParams(query);
  return {
    mode: oneOf(modes, given.get("mode"), "hybrid"),
    alg: oneOf(algorithms, given.get("alg"), "ES256"),
    storage: oneOf(storages, given.get("storage"), "memory"),
    policy: oneOf(policies, given.get("policy"), "deny"),
    view: oneOf(views, given.get("view"), "play"),
  };
}

/** The query of a URL that leads back to these settings. */
export const writeSettings = (settings: Settings): string => `?${new URLSearchParams(settings)}`;

const oneOf = <T extends string>(known: readonly T[], given: string | null, otherwise: T): T =>
  known.find((one) => one === given) ?? otherwise;
