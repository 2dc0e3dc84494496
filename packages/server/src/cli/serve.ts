import { createServer, type RequestListener, type Server } from "node:http";
import { styleText } from "node:util";
import { refuseUnsafe } from "../config/production.ts";
import { createAuth } from "../createAuth.ts";
import type { Command } from "./command.ts";
import { type Configuration, defaultIssuer, readConfiguration } from "./configuration.ts";
import { openLog } from "./log.ts";
import { print } from "./output.ts";
import { endWhenLost, listen, untilToldToStop } from "./serving.ts";
import { settingFlags } from "./settings.ts";
import { type Served, withPlayground } from "./withPlayground.ts";
import { keepYoungGenerationSmall } from "./youngGeneration.ts";

/** `serve`: the issuer over HTTP until it is told to stop. */
export const serve: Command = {
  name: "serve",
  about: "Starts the issuer: SQLite file, generated keys, HTTP",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    keepYoungGenerationSmall();
    const configuration = await readConfiguration(given);
    if (!configuration.checked.development) refuseUnsafe(configuration.checked);
    const toldToStop = untilToldToStop();
    const log = openLog(configuration.logLevel);
    endWhenLost(log);
    const opening = Promise.withResolvers<Served>();
    const server = createServer(serveOnce(opening.promise));
    const port = await listen(server, configuration, (free) => `--port ${free} (npm start -- --port ${free})`);
    const issuer = issuerAt(port, configuration);
    const auth = createAuth({ ...configuration.options, issuer, onEvent: log.onEvent });
    opening.resolve(auth.then((opened) => withPlayground(opened, { server, issuer, options: configuration.checked })));
    const served = await opening.promise.catch((error: unknown) => {
      server.close();
      server.closeAllConnections();
      throw error;
    });
    print(given.is("json"), { issuer, port, mode: configuration.options.mode ?? "hybrid" }, () =>
      greeting(issuer, configuration, port),
    );
    await toldToStop;
    await stop(server, served);
    log.close();
    return 0;
  },
};

/**
 * The port is taken before the store is opened, so that a taken one leaves no trace in the data folder; whoever calls in
 * between is answered as soon as there is an issuer.
 */
const serveOnce =
  (opening: Promise<Served>): RequestListener =>
  (request, response) => {
    opening.then(
      ({ listener }) => listener(request, response),
      () => response.destroy(),
    );
  };

/** Port 0 takes a free one, which the default issuer then names. */
const issuerAt = (port: number, { port: asked, options }: Configuration): string =>
  asked === 0 && options.issuer === defaultIssuer(0) ? defaultIssuer(port) : options.issuer;

function greeting(issuer: string, configuration: Configuration, port: number): string {
  const { options, host } = configuration;
  const json = "-H 'content-type: application/json'";
  const credentials = `'{"email":"ada@example.com","password":"a phrase of several words"}'`;
  const where = `
${styleText("bold", "Cardea")} is at ${styleText("underline", issuer)}  (mode ${options.mode ?? "hybrid"}, ${placeOf(configuration)}; Ctrl-C stops it)
`;
  if (!options.development) return `${where}It listens on ${host}:${port}; the proxy in front of it brings the https.`;
  return `${where}
Open ${styleText("underline", new URL("/", issuer).href)} and play: sign up, see your token, break it, sign out.

Or sign up, sign in, and see who you are from another terminal:

curl -s ${issuer}/sign-up ${json} -d ${credentials}
TOKEN=$(curl -s ${issuer}/sign-in ${json} -d ${credentials} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s ${issuer}/me -H "Authorization: Bearer $TOKEN"
`;
}

/** Where things are kept: the data folder, unless another store was named. */
function placeOf({ options, sources }: Configuration): string {
  const data = sources.find(({ setting }) => setting.name === "data")?.value;
  const isOther = sources.some(({ setting, source: from }) => setting.name === "store" && from !== "default");
  return isOther ? `store ${options.store.name}` : `data in ${String(data)}`;
}

/** Feeds end first, since they would keep their connections open for ever. */
async function stop(server: Server, { close }: Served): Promise<void> {
  server.close();
  await close();
  server.closeAllConnections();
}
