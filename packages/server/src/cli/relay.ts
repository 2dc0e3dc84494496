import { createServer, type ServerResponse } from "node:http";
import { styleText } from "node:util";
import { createRelay } from "../relay/createRelay.ts";
import type { Relay } from "../relay/relay.ts";
import type { Command } from "./command.ts";
import { openLog } from "./log.ts";
import { print } from "./output.ts";
import { type RelayConfiguration, readRelayConfiguration, relayFlags } from "./relaySettings.ts";
import { endWhenLost, listen, untilToldToStop } from "./serving.ts";

/** `relay`: an issuer's revocations over HTTP, for many verifiers, until it is told to stop. */
export const relay: Command = {
  name: "relay",
  about: "Follows an issuer's revocations and passes them on to many verifiers",
  words: [],
  flags: relayFlags,
  run: async (given) => {
    const configuration = readRelayConfiguration(given);
    const log = openLog(configuration.logLevel);
    endWhenLost(log);
    const stopping = new AbortController();
    const toldToStop = untilToldToStop().then(() => stopping.abort());
    let opened: Relay | undefined;
    const server = createServer((request, response) => {
      if (opened) opened.node(request, response);
      else notYet(response);
    });
    const port = await listen(server, configuration, (free) => `--port ${free}`);
    try {
      const { issuer, credentials, name } = configuration;
      const named = name === undefined ? {} : { name };
      opened = await createRelay({ issuer, credentials, ...named, onEvent: log.onEvent, signal: stopping.signal });
      const url = urlAt(port, configuration);
      print(given.is("json"), { issuer, url, port }, () => greeting(url, configuration));
      await toldToStop;
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    } finally {
      server.close();
      await opened?.close();
      server.closeAllConnections();
      log.close();
    }
    return 0;
  },
};

/** Until the log is here whole there is nothing to say: verifiers try again. */
function notYet(response: ServerResponse): void {
  response.writeHead(503, { "Cache-Control": "no-store", "Retry-After": "1" }).end();
}

/** The path is the issuer's own. */
function urlAt(port: number, { issuer }: RelayConfiguration): string {
  const { pathname } = new URL(issuer);
  return `http://localhost:${port}${pathname === "/" ? "" : pathname}`;
}

const greeting = (url: string, { issuer, host }: RelayConfiguration): string => `
${styleText("bold", "Cardea")} passes on the revocations of ${issuer} at ${styleText("underline", url)}  (on ${host}; Ctrl-C stops it)

Verifiers follow it by: revocation: { feed: "${url}" }
`;
