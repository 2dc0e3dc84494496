import type { PoolConfig } from "pg";
import type { Finding } from "../ports.ts";
import { ask, withClient } from "./client.ts";
import { integer, type Row, text } from "./row.ts";

/** What a person should know about the server: whether what it says is kept is kept, and who can listen. */
export const check = (config: PoolConfig): Promise<readonly Finding[]> =>
  withClient(config, async (client) => {
    const [row = {}] = await ask(client, "look at the server", facts);
    return [role(row), durability(row), privacy(row), room(row, config.max ?? 1)];
  });

const facts = `
  SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS is_standby,
    current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
    current_setting('max_connections')::int AS max_connections,
    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
      OR inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1' AS is_private`;

function role(row: Row): Finding {
  const found = `PostgreSQL ${text(row, "version")}`;
  if (row.is_standby !== true) return { name: "server", state: "ok", text: found };
  return { name: "server", state: "fail", text: `${found}, a standby`, fix: "Name the primary in the store's URL." };
}

function durability(row: Row): Finding {
  const off = ["fsync", "full_page_writes"].filter((setting) => text(row, setting) !== "on");
  if (off.length === 0) return { name: "durability", state: "ok", text: "a commit is on the disk" };
  return {
    name: "durability",
    state: "fail",
    text: `${off.join(" and ")} off: a power cut can bring ended sessions back, or ruin the database`,
    fix: `Set ${off.map((setting) => `${setting} = on`).join(", ")} in postgresql.conf, and reload.`,
  };
}

function privacy(row: Row): Finding {
  if (row.is_private === true) return { name: "connection", state: "ok", text: "encrypted, or within this machine" };
  return {
    name: "connection",
    state: "warn",
    text: "the network can read what is asked and answered",
    fix: "Add sslmode=verify-full to the store's URL.",
  };
}

/** Three stay for superusers, and others have to fit too: another issuer, during a deploy at least, and whoever looks at the database. */
function room(row: Row, poolSize: number): Finding {
  const max = integer(row, "max_connections");
  const found = `${poolSize} of ${max} at most, for this process`;
  if (2 * poolSize + 3 < max) return { name: "connections", state: "ok", text: found };
  return { name: "connections", state: "warn", text: found, fix: "Lower poolSize, or raise max_connections." };
}
