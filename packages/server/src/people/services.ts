import { createHash, timingSafeEqual } from "node:crypto";
import type { Service, ServiceStore } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";

/** Credentials with which another service may introspect tokens and read the revocation feed. */
export type Services = {
  /** A new service; its secret is in this answer and nowhere else. */
  readonly create: (name: string) => Promise<{ readonly service: Service; readonly secret: string }>;
  /** The service behind an HTTP Basic pair, or undefined. Compares hashes in constant time. */
  readonly authenticate: (id: string, secret: string) => Promise<Service | undefined>;
  readonly list: () => Promise<readonly Service[]>;
};

/** Services over their store. A secret is 32 random bytes, so a plain SHA-256 is enough at rest. */
export function createServices({ store, world }: { readonly store: ServiceStore; readonly world: World }): Services {
  return {
    create: async (name) => {
      const secret = `cs_${randomToken(world, 32)}`;
      const service: Service = {
        id: `svc_${randomToken(world, 9)}`,
        name,
        secretHash: sha256(secret).toString("base64url"),
        createdAt: world.now(),
      };
      await store.insert(service);
      return { service, secret };
    },
    authenticate: async (id, secret) => {
      const service = await store.find(id);
      const expectedHash = Buffer.from(service?.secretHash ?? sha256("").toString("base64url"), "base64url");
      return timingSafeEqual(expectedHash, sha256(secret)) ? service : undefined;
    },
    list: store.list,
  };
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
