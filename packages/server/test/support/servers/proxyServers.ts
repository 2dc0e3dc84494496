import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./freePort.ts";
import { type Controls, newDataFolder, startServer } from "./serverProgram.ts";

/** A reverse proxy of the test's own, on a free port of 127.0.0.1, as it buffers unless told otherwise. */
export type ProxyServer = Controls & { readonly port: number };

/** Starts nginx in front of a port of this machine. */
export async function startNginx(target: number): Promise<ProxyServer> {
  const folder = newDataFolder("nginx");
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder};`);
  const config = `
    daemon off; pid ${folder}/pid; error_log stderr notice;
    events {}
    http {
      access_log off; ${temporary.join(" ")}
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://127.0.0.1:${target};
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
      }
    }`;
  const controls = await start("/usr/sbin/nginx", ["-c"], { folder, config, isReady: /start worker process \d+/ });
  return { ...controls, port };
}

/** Starts HAProxy in front of a port of this machine. */
export async function startHaproxy(target: number): Promise<ProxyServer> {
  const folder = newDataFolder("haproxy");
  const port = await freePort();
  const config = `
defaults
  mode http
  timeout connect 5s
  timeout client 50s
  timeout server 50s
frontend here
  bind 127.0.0.1:${port}
  option forwardfor
  default_backend there
backend there
  server issuer 127.0.0.1:${target}
`;
  const controls = await start("/usr/sbin/haproxy", ["-db", "-V", "-f"], {
    folder,
    config,
    isReady: /polling mechanism/,
  });
  return { ...controls, port };
}

function start(
  command: string,
  args: readonly string[],
  { folder, config, isReady }: { readonly folder: string; readonly config: string; readonly isReady: RegExp },
): Promise<Controls> {
  const file = join(folder, "config");
  writeFileSync(file, config);
  return startServer({ command, args: [...args, file], folder, isReady, quit: "SIGTERM" });
}
