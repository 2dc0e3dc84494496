import { type ClientBase, DatabaseError } from "pg";
import { epochLead } from "../ports.ts";

/**
 * Gives the revocation log a new epoch when the database goes on from another past than the one it was written in: after a
 * failover, a recovery to a point in time, or a dump that another server restored. Entries that were acknowledged can be missing
 * there, and their positions would be given again; so positions jump ahead, and verifiers read the log anew and forget nothing.
 */
export async function followLineage(client: ClientBase): Promise<void> {
  await client.query(follow).catch((error: unknown) => {
    if (!isUnavailable(error)) throw error;
  });
}

/** A cluster has an identifier of its own, and each promotion and recovery begins a new timeline of its write-ahead log. */
const follow = `
  WITH current AS (
    SELECT system_identifier || '.' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS lineage FROM pg_control_system()
  )
  UPDATE revocation_head AS head SET
    lineage = current.lineage,
    epoch = CASE WHEN head.lineage IS NULL THEN epoch ELSE replace(gen_random_uuid()::text, '-', '') END,
    pos = CASE WHEN head.lineage IS NULL THEN pos ELSE pos + ${epochLead} END
  FROM current WHERE head.lineage IS DISTINCT FROM current.lineage`;

/** Some services that are compatible with PostgreSQL do not have, or do not allow, these functions; there the manual's step is needed. */
const isUnavailable = (error: unknown): boolean =>
  error instanceof DatabaseError && ["42883", "42501", "0A000"].includes(error.code ?? "");
