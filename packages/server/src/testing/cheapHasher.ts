import { scryptSync, timingSafeEqual } from "node:crypto";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { World } from "../world.ts";

/** A hash in this process that takes microseconds: for tests, which sign in hundreds of times. */
export function cheapHasher(world: World): PasswordHasher {
  const digest = (password: string, salt: string): Buffer => scryptSync(password, salt, 16, { N: 2, r: 1, p: 1 });
  return {
    hash: async (password) => {
      const salt = Buffer.from(world.random(8)).toString("base64url");
      return `test$${salt}$${digest(password, salt).toString("base64url")}`;
    },
    verify: async (password, stored) => {
      const [, salt = "", hash = ""] = (stored ?? "").split("$");
      const expected = Buffer.from(hash, "base64url");
      const matches = expected.length === 16 && timingSafeEqual(expected, digest(password, salt));
      return { matches, outdated: false };
    },
    requireRoom: () => undefined,
    close: async () => undefined,
  };
}
