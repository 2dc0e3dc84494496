import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { styleText } from "node:util";
import { type Auth, createAuth } from "../createAuth.ts";
import type { SecurityEvent } from "../event.ts";
import { ConfigurationError } from "../refusal.ts";
import type { Command } from "./command.ts";
import { type Configuration, readConfiguration } from "./configuration.ts";
import { print, printError } from "./output.ts";
import { settingFlags } from "./settings.ts";

/** `serve`: the issuer over HTTP until it is told to stop. */
export const serve: Command = {
  name: "serve",
  about: "Starts the issuer: SQLite file, generated keys, HTTP",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const configuration = await readConfiguration(given);
    refuseUnsafeProduction(configuration);
    const toldToStop = untilToldToStop();
    const opening = Promise.withResolvers<Auth>();
    const server = createServer(serveOnce(opening.promise));
    const port = await listen(server, configuration);
    const issuer = issuerAt(port, configuration);
    opening.resolve(createAuth({ ...configuration.options, issuer, onEvent: logEvent }));
    const auth = await opening.promise.catch((error: unknown) => {
      server.close();
      server.closeAllConnections();
      throw error;
    });
    print(given.is("json"), { issuer, port, mode: configuration.options.mode ?? "hybrid" }, () =>
      greeting(issuer, configuration, port),
    );
    await toldToStop;
    await stop(server, auth);
    return 0;
  },
};

/**
 * The port is taken before the store is opened, so that a taken one leaves no trace in the data folder; whoever calls in
 * between is answered as soon as there is an issuer.
 */
const serveOnce =
  (opening: Promise<Auth>): RequestListener =>
  (request, response) => {
    opening.then(
      (auth) => auth.node(request, response),
      () => response.destroy(),
    );
  };

/** Port 0 takes a free one, which the default issuer then names. */
const issuerAt = (port: number, { port: asked, options }: Configuration): string =>
  asked === 0 && options.issuer === "http://localhost:0/auth" ? `http://localhost:${port}/auth` : options.issuer;

/** What only development may do without. Each refusal names its fix. */
function refuseUnsafeProduction({ options }: Configuration): void {
  if (options.development) return;
  const faults = [
    options.issuer.startsWith("https://")
      ? []
      : ["issuer: production needs an https URL. Set CARDEA_ISSUER, for example https://app.example.com/auth"],
    options.secret === undefined
      ? [
          "secret: production does not use a generated key-encryption secret. Set CARDEA_SECRET or CARDEA_SECRET_FILE to 32 random bytes as base64url.",
        ]
      : [],
  ].flat();
  if (faults.length > 0)
    throw new ConfigurationError(
      `Refusing to start with NODE_ENV=production:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
}

async function listen(server: Server, { port, host }: Configuration): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw isTaken(error)
      ? new ConfigurationError(
          `Port ${port} is taken. Stop the program that has it, or choose another: --port ${port + 1} (npm start -- --port ${port + 1}), or CARDEA_PORT=${port + 1}`,
        )
      : error;
  }
  return (server.address() as AddressInfo).port;
}

const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE";

function greeting(issuer: string, { options, sources, host }: Configuration, port: number): string {
  const data = sources.find(({ name }) => name === "data")?.value;
  const json = "-H 'content-type: application/json'";
  const credentials = `'{"email":"ada@example.com","password":"a phrase of several words"}'`;
  const where = `
${styleText("bold", "Cardea")} is at ${styleText("underline", issuer)}  (mode ${options.mode ?? "hybrid"}, data in ${String(data)}; Ctrl-C stops it)
`;
  if (!options.development) return `${where}It listens on ${host}:${port}; the proxy in front of it brings the https.`;
  return `${where}
Sign up, sign in, and see who you are:

curl -s ${issuer}/sign-up ${json} -d ${credentials}
TOKEN=$(curl -s ${issuer}/sign-in ${json} -d ${credentials} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s ${issuer}/me -H "Authorization: Bearer $TOKEN"
`;
}

/** One line of JSON an event, on standard error. */
function logEvent(event: SecurityEvent): void {
  const { type, ...rest } = event;
  const facts = event.type === "fault" ? { where: event.where, error: String(event.error) } : rest;
  printError(JSON.stringify({ time: new Date().toISOString(), event: type, ...facts }));
}

async function untilToldToStop(): Promise<void> {
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}

/** Feeds end first, since they would keep their connections open for ever. */
async function stop(server: Server, auth: Auth): Promise<void> {
  server.close();
  await auth.close();
  server.closeAllConnections();
}
