import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Service, serveProgram } from "../programs/program.ts";
import type { Material } from "./material.ts";
import type { Contender, ServerSetting } from "./server.ts";

/** Only the framework that is asked for is loaded. */
async function start({ contenders, material }: ServerSetting): Promise<Service> {
  const ports: number[] = [];
  for (const contender of contenders) ports.push(await portOf(await started(contender, material)));
  return {
    ready: ports,
    answer: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
  };
}

async function started({ framework, name }: Contender, material: Material): Promise<Server> {
  switch (framework) {
    case "Express":
      return (await import("./expressServer.ts")).startExpress(name, material);
    case "Fastify":
      return (await import("./fastifyServer.ts")).startFastify(name, material);
    case "Hono":
      return (await import("./honoServer.ts")).startHono(name, material);
  }
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

await serveProgram(start);
