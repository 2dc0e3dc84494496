import { installPeers } from "../jwt/prepare.ts";
import { readOptions } from "./options.ts";
import { runPart } from "./part.ts";

const options = readOptions(process.argv.slice(2));
installPeers();
const { startServers } = await import("./servers.ts");
const servers = await startServers();
try {
  for (const part of options.parts)
    console.log(part, JSON.stringify(await runPart(part, { isQuick: options.isQuick, servers }), null, 1));
} finally {
  await servers.stop();
}
