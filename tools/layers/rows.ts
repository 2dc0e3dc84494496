/** A room of packages/server/src and what it may import. A trailing * in `holds` stands for any ending. */
export type Room = {
  readonly row: number;
  readonly room: string;
  readonly holds: readonly string[];
  /** Only these rooms, instead of every room of the rows above. */
  readonly sees?: readonly string[];
};

/**
 * The house of the server: a room imports from itself and from the rows above it, never from a neighbour or from below.
 * Data flows signin -> session -> issue; calls go down this table, so session calls issue and revoke.
 */
export const rooms: readonly Room[] = [
  {
    row: 0,
    room: "ground",
    holds: [
      "world.ts",
      "refusal.ts",
      "event.ts",
      "didYouMean.ts",
      "printable.ts",
      "requestContext.ts",
      "standardSchema.ts",
      "scrub.ts",
      "background.ts",
      "coalesced.ts",
    ],
  },

  { row: 0, room: "web", holds: ["web/*"] },

  { row: 1, room: "ports", holds: ["store/ports*"] },

  { row: 2, room: "people", holds: ["people/*"] },
  { row: 2, room: "keys", holds: ["keys/*"] },
  { row: 2, room: "revoke", holds: ["revoke/*"] },
  { row: 2, room: "audit", holds: ["audit/*"] },
  { row: 2, room: "mail", holds: ["mail/*"], sees: ["ground", "ports"] },

  { row: 3, room: "signin", holds: ["signin/*"] },
  { row: 3, room: "issue", holds: ["issue/*"] },

  { row: 4, room: "session", holds: ["session/*"] },

  { row: 5, room: "account", holds: ["account/*"] },
  { row: 5, room: "pages", holds: ["pages/*"], sees: ["ground", "ports", "mail"] },

  { row: 6, room: "http", holds: ["http/*"] },

  {
    row: 7,
    room: "app",
    holds: [
      "app.ts",
      "auth.ts",
      "createAuth.ts",
      "openGround.ts",
      "openRooms.ts",
      "openStore.ts",
      "version.ts",
      "flows/*",
      "config*",
      "defineConfig.ts",
    ],
  },

  { row: 8, room: "relay", holds: ["relay/*"], sees: ["ground", "ports", "revoke", "audit", "http", "app"] },
  {
    row: 8,
    room: "playground",
    holds: ["playground/*"],
    sees: ["ground", "ports", "web", "http", "pages", "app", "memory"],
  },
  { row: 8, room: "conformance", holds: ["store/conformance*"], sees: ["ports"] },
  { row: 8, room: "memory", holds: ["store/memory*"], sees: ["ground", "ports"] },
  { row: 8, room: "migrations", holds: ["store/migrations*"], sees: ["ground"] },
  { row: 8, room: "counter batches", holds: ["store/counterBatches.ts"], sees: ["ports"] },
  { row: 8, room: "sqlite", holds: ["store/sqlite*"], sees: ["ground", "ports", "migrations", "counter batches"] },
  { row: 8, room: "postgres", holds: ["store/postgres*"], sees: ["ground", "ports", "migrations", "counter batches"] },
  { row: 8, room: "redis", holds: ["store/redis*"], sees: ["ground", "ports"] },

  { row: 9, room: "doors", holds: ["index.ts", "main.ts", "cli/*", "testing/*"] },
];
