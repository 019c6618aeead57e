/** Where a statement that runs a program or writes a file would leave something. */
export const plantedFile = '/tmp/cto-hostile-statement'

const xml = (sql: string) => `SELECT query_to_xml('${sql.replaceAll("'", "''")}', true, true, '')`

/** Functions that a user with less power may have left in the schema, for a superuser's query to call. */
export const plantedFunctions = [
  `CREATE FUNCTION evil_write() RETURNS int LANGUAGE plpgsql AS 'BEGIN DELETE FROM bugs; RETURN 1; END'`,
  `CREATE FUNCTION evil_role() RETURNS int LANGUAGE plpgsql AS 'BEGIN SET LOCAL ROLE NONE; RETURN 1; END'`,
  `CREATE FUNCTION evil_login() RETURNS int LANGUAGE plpgsql
   AS 'BEGIN SET LOCAL SESSION AUTHORIZATION DEFAULT; RETURN 1; END'`,
  `CREATE FUNCTION evil_mode() RETURNS int LANGUAGE plpgsql
   AS 'BEGIN BEGIN SET LOCAL transaction_read_only = off; EXCEPTION WHEN division_by_zero THEN NULL; END; RETURN 1; END'`,
  `CREATE FUNCTION evil_program() RETURNS int LANGUAGE plpgsql
   AS $$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch ${plantedFile}'; RETURN 1; END $$`,
  `CREATE PROCEDURE evil_end(INOUT a int) LANGUAGE plpgsql AS 'BEGIN COMMIT; DELETE FROM bugs; END'`,
]

/** Statements that try to write. */
const writing = [
  `INSERT INTO users (id, email, name) VALUES (gen_random_uuid(), 'e@vil', 'Evil') RETURNING id`,
  `UPDATE bugs SET title = 'evil' RETURNING id`,
  'DELETE FROM bugs RETURNING id',
  'DELETE FROM bugs',
  'WITH gone AS (DELETE FROM bugs RETURNING id) SELECT * FROM gone',
  `WITH made AS (INSERT INTO settings (key, value) VALUES ('evil', '1') RETURNING key) TABLE made`,
  'MERGE INTO bugs b USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE',
  'TRUNCATE bugs',
  'DROP TABLE bugs',
  'ALTER TABLE bugs ADD COLUMN evil int',
  'CREATE TABLE evil (id int)',
  'CREATE TABLE evil AS SELECT 1',
  'CREATE TEMP TABLE evil AS SELECT 1',
  'SELECT 1 AS id INTO evil',
  "SELECT nextval('bug_number_seq')",
  "SELECT setval('bug_number_seq', 9999)",
  'SELECT * FROM bugs FOR UPDATE',
  'LOCK TABLE bugs',
  'EXPLAIN ANALYZE DELETE FROM bugs',
  'EXPLAIN (ANALYZE, FORMAT JSON) UPDATE bugs SET title = NULL',
  xml('DELETE FROM bugs'),
  xml('DELETE FROM bugs RETURNING id'),
  `SELECT * FROM ts_stat('DELETE FROM bugs RETURNING ''a''::tsvector')`,
  'SELECT evil_write()',
  'SELECT evil_mode(), evil_write()',
  "COMMENT ON TABLE bugs IS 'evil'",
  'VACUUM bugs',
  'REINDEX TABLE bugs',
  'GRANT ALL ON bugs TO PUBLIC',
  'CREATE ROLE evil SUPERUSER LOGIN',
  'ALTER ROLE CURRENT_USER SET work_mem = 64',
  "ALTER SYSTEM SET archive_command = 'evil'",
  'NOTIFY evil',
  "CREATE FUNCTION evil() RETURNS int LANGUAGE sql AS 'SELECT 1'",
]

/** Statements that try to run programs, or to read or write files. */
const reaching = [
  `COPY bugs TO '${plantedFile}'`,
  `COPY (SELECT 1) TO PROGRAM 'touch ${plantedFile}'`,
  `COPY bugs FROM PROGRAM 'touch ${plantedFile}'`,
  'COPY (SELECT 1) TO STDOUT',
  'COPY users FROM STDIN',
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT pg_read_binary_file('PG_VERSION')",
  "SELECT * FROM pg_ls_dir('.')",
  "SELECT * FROM pg_stat_file('PG_VERSION')",
  'SELECT * FROM pg_ls_waldir()',
  "SELECT lo_import('/etc/passwd')",
  `SELECT lo_export(1, '${plantedFile}')`,
  xml("SELECT pg_read_file('/etc/passwd')"),
  xml(`COPY (SELECT 1) TO PROGRAM 'touch ${plantedFile}'`),
  'SELECT evil_program()',
  "LOAD 'plpgsql'",
  'SELECT pg_reload_conf()',
]

/** Statements that try to act as another role. */
const impersonating = [
  'SET ROLE NONE',
  'RESET ROLE',
  'SET SESSION AUTHORIZATION DEFAULT',
  "SELECT set_config('role', session_user, false)",
  "SELECT set_config('role', 'none', true)",
  "SELECT set_config('session_authorization', session_user, false)",
  "SELECT set_config('role', 'none', true), pg_read_file('/etc/passwd')",
  xml('SET ROLE NONE'),
  xml("SELECT set_config('role', 'none', true)"),
  'SELECT evil_role()',
  'SELECT evil_login()',
]

/** Statements that try to leave the transaction, or to run after it. */
const leaving = [
  'COMMIT',
  'END',
  'ROLLBACK',
  'ABORT',
  'BEGIN',
  'SAVEPOINT evil',
  "PREPARE TRANSACTION 'evil'",
  'SELECT 1; COMMIT',
  'SELECT 1; DELETE FROM bugs',
  'COMMIT; DELETE FROM bugs',
  'SELECT 1); DELETE FROM bugs; --',
  'SET TRANSACTION READ WRITE',
  "SELECT set_config('transaction_read_only', 'off', true)",
  "SELECT set_config('transaction_read_only', 'off', false)",
  "DO 'BEGIN COMMIT; END'",
  'CALL evil_end(1)',
  'DECLARE evil CURSOR WITH HOLD FOR SELECT 1',
  'FETCH ALL FROM cto_query',
  'PREPARE evil AS DELETE FROM bugs',
  'EXECUTE evil',
  'DISCARD ALL',
  'LISTEN evil',
  "SELECT pg_temp.cto_open('DELETE FROM bugs RETURNING id', '{}')",
]

/** Each must be rejected. */
export const hostileStatements = { writing, reaching, impersonating, leaving }

/** What runs, and must leave nothing behind. */
export const passingStatements = [
  "SELECT pg_notify('evil', 'x')",
  'SELECT pg_advisory_lock(4711)',
  "SELECT set_config('search_path', 'evil', false)",
  "SELECT set_config('statement_timeout', '1', false)",
  "SELECT set_config('default_transaction_read_only', 'off', false)",
]

/** Everything that a statement could have changed; of the whole cluster only what no other test changes meanwhile. */
export const stateSql = `
  SELECT concat_ws(
    ' ',
    (SELECT count(*) || '/' || sum(xmin::text::bigint) FROM bugs), (SELECT count(*) FROM users),
    (SELECT count(*) FROM settings), (SELECT last_value FROM bug_number_seq),
    (SELECT count(*) FROM pg_class WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'bugs'::regclass)),
    (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_roles WHERE rolname = 'evil'),
    (SELECT count(*) FROM pg_largeobject_metadata),
    (SELECT string_agg(relacl::text, ',') FROM pg_class WHERE oid = 'bugs'::regclass),
    (SELECT count(*) FROM pg_db_role_setting WHERE setrole IN (SELECT oid FROM pg_roles WHERE rolname IN (current_user, 'hostile'))),
    (
      SELECT count(*) FROM pg_locks
      WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ),
    (SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()), (SELECT count(*) FROM pg_description)
  ) AS state`
