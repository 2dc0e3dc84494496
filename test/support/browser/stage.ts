import { createServer, type Server } from "node:http";
import { type Auth, type AuthOptions, createAuth, memory, type SecurityEvent } from "cardea";
import { z } from "zod";
import { listen } from "../listen.ts";
import { type Service, startService } from "../service.ts";

/** Real issuers whose pages a browser looks at, services that follow one of them, and a website of somebody else. */
export type Stage = {
  /** The issuer's URL. */
  readonly issuer: string;
  readonly auth: Auth;
  readonly events: readonly SecurityEvent[];
  /** Lets one mail be asked for in an hour, and then refuses. */
  readonly strict: string;
  /** Cannot read its accounts. */
  readonly broken: string;
  /** A foreign origin: its pages are what `serve` was given last. */
  readonly foreign: { readonly origin: string; readonly serve: (html: string) => void };
  readonly close: () => Promise<void>;
};

/** The name that the stage's pages speak in. */
export const stageName = "Harbour";

/** Opens a stage; everything on it is real and in this process. `options` are those of its issuer. */
export async function openStage(options: Partial<AuthOptions> = {}): Promise<Stage> {
  const foreign = await openForeign();
  const events: SecurityEvent[] = [];
  const main = await openIssuer({
    development: true,
    trustProxy: 0,
    throttle: roomy,
    mail: { name: stageName },
    pages: { name: stageName, fields: [{ name: "nickname", label: { en: "Nickname", de: "Spitzname" } }] },
    accounts: { fields: z.object({ nickname: z.string().max(20, "Use at most 20 characters.").optional() }) },
    onEvent: (event) => events.push(event),
    ...options,
  });
  const pages = { name: stageName };
  const strict = await openIssuer({ development: true, trustProxy: 0, pages, throttle: { mail: { perAddress: 1 } } });
  const broken = await openIssuer({ trustProxy: 0, pages, store: brokenStore() });
  const services = [await follow(main), await follow(main)];
  return {
    issuer: main.url,
    auth: main.auth,
    events,
    strict: strict.url,
    broken: broken.url,
    foreign,
    close: async () => {
      await Promise.all(services.map((service) => service.close()));
      await Promise.all([main, strict, broken, foreign].map((one) => one.close()));
    },
  };
}

/** Pages are looked at more often than people would. */
const roomy: NonNullable<AuthOptions["throttle"]> = {
  account: { freeFailures: 20 },
  address: { failures: 10_000 },
  network: { failures: 10_000 },
  signUp: { perAddress: 10_000, perNetwork: 10_000 },
  mail: { perAddress: 10_000, perMailbox: 10_000 },
  links: { failures: 10_000 },
};

type Opened = { readonly url: string; readonly auth: Auth; readonly close: () => Promise<void> };

async function openIssuer(options: Partial<AuthOptions>): Promise<Opened> {
  const server = createServer();
  const url = `http://localhost:${await listen(server)}/auth`;
  const auth = await createAuth({ store: memory(), issuer: url, ...options });
  server.on("request", auth.node);
  return { url, auth, close: async () => ending(server, () => auth.close()) };
}

async function follow({ url, auth }: Opened): Promise<Service> {
  const {
    service: { id },
    secret,
  } = await auth.services.create("a service");
  return startService({
    issuer: url,
    audience: "app",
    credentials: { id, secret },
    revocation: { maxStaleness: "5s" },
  });
}

function brokenStore(): ReturnType<typeof memory> {
  const store = memory();
  return {
    ...store,
    open: async (world) => {
      const opened = await store.open(world);
      const refuse = async (): Promise<never> => {
        throw new Error("the disk is gone");
      };
      return { ...opened, people: { ...opened.people, findByEmail: refuse } };
    },
  };
}

async function openForeign(): Promise<Stage["foreign"] & { readonly close: () => Promise<void> }> {
  let page = "";
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page);
  });
  const origin = `http://127.0.0.1:${await listen(server, "127.0.0.1")}`;
  return {
    origin,
    serve: (html) => {
      page = html;
    },
    close: async () => ending(server, async () => undefined),
  };
}

async function ending(server: Server, close: () => Promise<void>): Promise<void> {
  server.close();
  await close();
  server.closeAllConnections();
}
