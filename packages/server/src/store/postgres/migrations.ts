import type { Migration } from "../migrations/migrations.ts";

/**
 * The schema in PostgreSQL. Text that is compared or sorted is of the collation "C": the order of its bytes, which no update of
 * the operating system changes under an index. JSON is of the type json, not jsonb, since jsonb cannot hold every JSON text.
 */
export const postgresMigrations: readonly Migration[] = [
  {
    name: "accounts, sessions, keys, log, mails, audit, counters",
    sql: `
  CREATE TABLE accounts (
    id text COLLATE "C" PRIMARY KEY, email text COLLATE "C" NOT NULL CONSTRAINT accounts_email_unique UNIQUE, email_verified_at bigint,
    password_hash text NOT NULL, password_changed_at bigint NOT NULL, roles text[] NOT NULL, fields json NOT NULL,
    created_at bigint NOT NULL, disabled_at bigint
  );
  CREATE INDEX accounts_by_age ON accounts (created_at, id);
  CREATE TABLE sessions (
    id text COLLATE "C" PRIMARY KEY, account_id text COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at bigint NOT NULL, last_used_at bigint NOT NULL, idle_ends_at bigint NOT NULL, absolute_ends_at bigint NOT NULL,
    authenticated_at bigint NOT NULL, amr text[] NOT NULL, transport text NOT NULL, user_agent text NOT NULL, address text,
    generation bigint NOT NULL, rotated_at bigint NOT NULL
  );
  CREATE INDEX sessions_of_account ON sessions (account_id);
  CREATE INDEX sessions_by_end ON sessions (least(idle_ends_at, absolute_ends_at));
  CREATE TABLE opaque_tokens (
    hash text COLLATE "C" PRIMARY KEY, session_id text COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    expires_at bigint NOT NULL
  );
  CREATE INDEX opaque_tokens_of_session ON opaque_tokens (session_id);
  CREATE INDEX opaque_tokens_by_end ON opaque_tokens (expires_at);
  CREATE TABLE links (
    hash text COLLATE "C" PRIMARY KEY, purpose text NOT NULL,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email text NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL
  );
  CREATE INDEX links_of_account ON links (account_id);
  CREATE INDEX links_by_end ON links (expires_at);
  CREATE TABLE services (
    id text COLLATE "C" PRIMARY KEY, name text NOT NULL, secret_hash text NOT NULL, created_at bigint NOT NULL
  );
  CREATE TABLE keys (
    kid text COLLATE "C" PRIMARY KEY, purpose text NOT NULL, alg text NOT NULL, sealed text NOT NULL, created_at bigint NOT NULL,
    signs_from bigint NOT NULL, signs_until bigint, verifies_until bigint, revoked_at bigint
  );
  CREATE TABLE revocations (
    pos bigint PRIMARY KEY, kind text NOT NULL, key text NOT NULL, expires_at bigint NOT NULL, issued_before bigint
  );
  CREATE INDEX revocations_by_end ON revocations (expires_at);
  CREATE TABLE revocation_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton), epoch text NOT NULL, pos bigint NOT NULL, lineage text
  );
  INSERT INTO revocation_head (epoch, pos) VALUES (replace(gen_random_uuid()::text, '-', ''), 0);
  CREATE TABLE mails (
    id text COLLATE "C" PRIMARY KEY, sealed text NOT NULL, created_at bigint NOT NULL, attempts bigint NOT NULL, due_at bigint NOT NULL
  );
  CREATE INDEX mails_by_due ON mails (due_at, id);
  CREATE TABLE audit (
    id text COLLATE "C" PRIMARY KEY, at bigint NOT NULL, type text NOT NULL, outcome text NOT NULL, actor text,
    account_id text COLLATE "C", session_id text, address text, user_agent text, details json NOT NULL
  );
  CREATE INDEX audit_by_age ON audit (at, id);
  CREATE INDEX audit_of_account ON audit (account_id, at, id);
  CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' AND current_setting('cardea.prunes_audit', true) = 'yes' THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
  END $$;
  CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
  CREATE TABLE counters (
    key text COLLATE "C" PRIMARY KEY, points bigint NOT NULL, ends_at bigint NOT NULL
  );
  CREATE INDEX counters_by_end ON counters (ends_at);
  `,
  },
  {
    name: "counters in batches",
    // In the order of keys, so that two batches never wait for each other in a circle. Without waiting for the disk, as everything
    // else does: a crash may take back the last moments of counting, and nothing more.
    sql: `
  CREATE FUNCTION run_counter_steps(steps json) RETURNS json LANGUAGE plpgsql AS $$
  DECLARE
    step record;
    answer json;
    answers json[] := array_fill(NULL::json, ARRAY[json_array_length(steps)]);
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR step IN
      SELECT at, value ->> 'do' AS wish, value ->> 'key' AS key, (value ->> 'points')::bigint AS points,
        (value ->> 'now')::bigint AS asked_at, (value ->> 'endsAt')::bigint AS ends_at, (value ->> 'restart')::boolean AS restart
      FROM json_array_elements(steps) WITH ORDINALITY AS wishes (value, at)
      ORDER BY (value ->> 'key') COLLATE "C", at
    LOOP
      answer := NULL;
      IF step.wish = 'add' THEN
        INSERT INTO counters AS counter (key, points, ends_at) VALUES (step.key, step.points, step.ends_at)
        ON CONFLICT (key) DO UPDATE SET
          points = CASE WHEN counter.ends_at > step.asked_at THEN counter.points + excluded.points ELSE excluded.points END,
          ends_at = CASE WHEN counter.ends_at > step.asked_at AND NOT step.restart THEN counter.ends_at ELSE excluded.ends_at END
        RETURNING to_json(counter) INTO answer;
      ELSIF step.wish = 'find' THEN
        SELECT to_json(counter) INTO answer FROM counters AS counter
        WHERE counter.key = step.key AND counter.ends_at > step.asked_at;
      ELSE
        DELETE FROM counters AS counter WHERE counter.key = step.key;
      END IF;
      answers[step.at] := answer;
    END LOOP;
    RETURN to_json(answers);
  END $$;
  `,
  },
  {
    name: "scopes of services, and what is known of verifiers",
    sql: `
  ALTER TABLE services ADD COLUMN scopes text[] NOT NULL DEFAULT '{introspect,revocation:read}';
  CREATE TABLE verifiers (
    service_id text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, epoch text, applied bigint NOT NULL,
    max_staleness_ms bigint NOT NULL, heard_at bigint NOT NULL, PRIMARY KEY (service_id, name)
  );
  `,
  },
];
