import { createHash, timingSafeEqual } from "node:crypto";
import type { SecurityEvent } from "../event.ts";
import { noRequest, type RequestContext } from "../requestContext.ts";
import { type Service, type ServiceScope, type ServiceStore, scopesAmong } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import type { By } from "./people.ts";

/** Credentials of other services: to introspect tokens, to follow the revocation log, and to write into it. */
export type Services = {
  /** A new service; its secret is in this answer and nowhere else. */
  readonly create: (
    name: string,
    options?: NewServiceOptions,
  ) => Promise<{ readonly service: Service; readonly secret: string }>;
  /** The service behind an HTTP Basic pair, or undefined. Compares hashes in constant time. */
  readonly authenticate: (id: string, secret: string) => Promise<Service | undefined>;
  readonly list: () => Promise<readonly Service[]>;
  /** Takes a service's credentials back; false when there is no such service. */
  readonly remove: (id: string, by?: By) => Promise<boolean>;
};

/** What a new service may do, by default introspect tokens and read the log; and who makes it. */
export type NewServiceOptions = { readonly scopes?: readonly ServiceScope[]; readonly by?: By };

/** What services are built from. */
export type ServicesParts = {
  readonly store: ServiceStore;
  readonly world: World;
  readonly told: (event: SecurityEvent, context: RequestContext, actor: string | undefined) => void;
};

/** Services over their store; `told` hears of changes. A secret is 32 random bytes, so a plain SHA-256 is enough at rest. */
export function createServices({ store, world, told }: ServicesParts): Services {
  return {
    create: async (name, { scopes = defaultScopes, by = theApplication } = {}) => {
      const secret = `cs_${randomToken(world, 32)}`;
      const service: Service = {
        id: `svc_${randomToken(world, 9)}`,
        name,
        secretHash: sha256(secret).toString("base64url"),
        scopes: scopesAmong(scopes),
        createdAt: world.now(),
      };
      await store.insert(service);
      told({ type: "service_created", serviceId: service.id }, by, by.actor);
      return { service, secret };
    },
    authenticate: async (id, secret) => {
      const service = await store.find(id);
      const expectedHash = Buffer.from(service?.secretHash ?? sha256("").toString("base64url"), "base64url");
      return timingSafeEqual(expectedHash, sha256(secret)) ? service : undefined;
    },
    list: store.list,
    remove: async (id, by = theApplication) => {
      const removed = await store.remove(id);
      if (removed) told({ type: "service_deleted", serviceId: id }, by, by.actor);
      return removed;
    },
  };
}

const defaultScopes: readonly ServiceScope[] = ["introspect", "revocation:read"];

const theApplication: By = { ...noRequest, actor: "api" };

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
