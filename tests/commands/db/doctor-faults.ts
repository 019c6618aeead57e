import type { FindingSeverity } from '../../../src/domain/finding.js'

export interface PlantedFault {
  /** The check that finds it. */
  id: string
  fault: string
  make: readonly string[]
  /** What its examples say. */
  found: RegExp
  severity: FindingSeverity
  /** Whether `--fix` repairs it; otherwise its SQL does. */
  safe: boolean
  /** What the fix leaves behind. */
  unmake?: readonly string[]
  /** What repairs it, where its fix is a command. */
  repair?: readonly string[]
  /** The owner of the tables may not make it: internal triggers, catalogues, roles. */
  madeBySuperuser?: true
  /** Nor run its fix; `--fix` then reports the refusal. */
  fixedBySuperuser?: true
  /** When doctor looks; absent: at the moment of the tests. */
  now?: Date
  /** Where it can be made; absent: on both. */
  engine?: 'embedded' | 'postgresql'
}

/** A bug as cto stores it, resolved a day late on 2026-01-07, except for the given columns, in SQL. */
function aBug(columns: Readonly<Record<string, string>> = {}): string {
  const all = {
    bug_number: "'BUG-1'",
    title: "'Checkout times out'",
    severity: "'high'",
    status: "'closed'",
    created_at: "'2026-01-05'",
    updated_at: "'2026-01-07'",
    resolved_at: "'2026-01-07'",
    sla_hours: '24',
    sla_due_at: "'2026-01-06'",
    sla_stopped_at: "'2026-01-07'",
    sla_breached_at: "'2026-01-06'",
    priority_score: '42',
    ...columns,
  }
  return `INSERT INTO bugs (${Object.keys(all).join(', ')}) VALUES (${Object.values(all).join(', ')})`
}

function aChange(columns: Readonly<Record<string, string>> = {}): string {
  const all = {
    field_changed: "'status'",
    old_value: "'pending'",
    new_value: "'closed'",
    changed_at: "'2026-01-07'",
    ...columns,
  }
  return `INSERT INTO bug_history (bug_id, ${Object.keys(all).join(', ')})
    SELECT id, ${Object.values(all).join(', ')} FROM bugs WHERE bug_number = 'BUG-1'`
}

function anImport(metadata: object): string {
  return `INSERT INTO import_logs (id, source, records_imported, metadata)
    VALUES ('11111111-1111-4111-8111-111111111111', 'csv', 0, '${JSON.stringify(metadata)}')`
}

export const schemaFaults: readonly PlantedFault[] = [
  {
    id: 'schema.drift',
    fault: 'a lost index, constraint, trigger, function, view and column default',
    make: [
      'DROP INDEX bugs_blocker_idx',
      'ALTER TABLE bugs DROP CONSTRAINT bugs_amounts_check',
      'DROP TRIGGER bugs_fill_sla ON bugs',
      'DROP FUNCTION bugs_fill_sla()',
      'DROP VIEW bugs_with_users',
      'ALTER TABLE users ALTER COLUMN role DROP DEFAULT',
    ],
    found: /CONSTRAINT bugs\.bugs_amounts_check/,
    severity: 'error',
    safe: false,
  },
  {
    id: 'schema.drift',
    fault: 'another default and another type',
    make: [
      'ALTER TABLE bugs ALTER COLUMN priority_score SET DEFAULT 7',
      'ALTER TABLE import_logs ALTER COLUMN records_failed TYPE bigint',
    ],
    found: /COLUMN bugs\.priority_score\nCOLUMN import_logs\.records_failed/,
    severity: 'error',
    safe: false,
  },
  {
    id: 'schema.drift',
    fault: 'a lost table',
    make: ['DROP TABLE portfolio_metrics'],
    found: /TABLE portfolio_metrics/,
    severity: 'error',
    safe: false,
  },
  {
    id: 'schema.drift',
    fault: 'a column and a trigger that were added',
    make: [
      'ALTER TABLE bugs ADD COLUMN mood text',
      `CREATE TRIGGER hello BEFORE INSERT ON bugs FOR EACH ROW
       EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    ],
    found: /COLUMN bugs\.mood\nTRIGGER bugs\.hello/,
    severity: 'warn',
    safe: false,
  },
  {
    id: 'schema.drift',
    fault: 'a table of others',
    make: ['CREATE TABLE orders (id integer)', 'CREATE SCHEMA other'],
    found: /TABLE orders/,
    severity: 'info',
    safe: false,
    unmake: ['DROP SCHEMA other CASCADE'],
  },
  {
    id: 'schema.drift',
    fault: 'a right to read password hashes, and one to change the audit log',
    madeBySuperuser: true,
    make: [
      'CREATE ROLE planted_reader',
      'GRANT SELECT ON users TO planted_reader',
      'GRANT SELECT, INSERT ON audit_log TO planted_reader',
    ],
    found: /audit_log to planted_reader: INSERT\n.*users to planted_reader: SELECT/,
    severity: 'warn',
    safe: false,
    unmake: ['DROP OWNED BY planted_reader', 'DROP ROLE planted_reader'],
  },
  {
    id: 'schema.invalid',
    fault: 'a constraint that was never validated',
    make: [
      'ALTER TABLE bugs DROP CONSTRAINT bugs_sla_hours_check',
      'ALTER TABLE bugs ADD CONSTRAINT bugs_sla_hours_check CHECK (sla_hours > 0) NOT VALID',
    ],
    found: /CONSTRAINT .*bugs\.bugs_sla_hours_check/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.invalid',
    fault: 'triggers that were switched off, those of foreign keys too',
    madeBySuperuser: true,
    fixedBySuperuser: true,
    make: ['ALTER TABLE bug_history DISABLE TRIGGER ALL'],
    found: /TRIGGER .*bug_history\."RI_ConstraintTrigger/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.invalid',
    fault: 'an index that was not finished',
    madeBySuperuser: true,
    make: ["UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bugs_severity_idx'::regclass"],
    found: /INDEX .*bugs_severity_idx/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.fk_index',
    fault: 'a foreign key without its index',
    make: ['DROP INDEX bugs_created_by_id_idx'],
    found: /bugs\.bugs_created_by_id_fkey/,
    severity: 'warn',
    safe: true,
  },
  {
    id: 'schema.fk_index',
    fault: 'a foreign key of two columns',
    make: [
      'CREATE TABLE wings (a int, b int, PRIMARY KEY (a, b))',
      'CREATE TABLE rooms (a int, b int, FOREIGN KEY (a, b) REFERENCES wings)',
    ],
    found: /rooms\.rooms_a_b_fkey/,
    severity: 'warn',
    safe: true,
    unmake: ['DROP TABLE rooms, wings'],
  },
  {
    id: 'schema.duplicates',
    fault: 'an index that equals one, and one that another begins with',
    make: ['CREATE INDEX twin ON bugs (assigned_to_id)', 'CREATE INDEX start ON bug_history (bug_id)'],
    found: /start \(as .*bug_history_bug_id_changed_at_idx\)\n.*twin \(as .*bugs_assigned_to_id_idx\)/,
    severity: 'info',
    safe: false,
  },
  {
    id: 'schema.sequences',
    fault: 'numbers of bugs behind those that are there',
    make: ["INSERT INTO bugs (bug_number, title, severity) VALUES ('BUG-7000', 'Brought by hand', 'low')"],
    found: /bug_number_seq/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.sequences',
    fault: 'a column that its sequence has nearly filled',
    make: ['CREATE TABLE tickets (id serial PRIMARY KEY)', "SELECT setval('tickets_id_seq', 2000000000)"],
    found: /tickets_id_seq/,
    severity: 'error',
    safe: false,
    unmake: ['DROP TABLE tickets'],
  },
  {
    id: 'schema.exposed',
    fault: 'rights of the public on a table and on a column',
    make: ['GRANT SELECT ON bugs TO PUBLIC', 'GRANT UPDATE (name) ON users TO PUBLIC'],
    found: /TABLE .*bugs to PUBLIC: SELECT\nTABLE .*users to PUBLIC: UPDATE \(name\)/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.exposed',
    fault: 'a function that lends its owner’s rights',
    make: ['CREATE FUNCTION lend() RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT 1 $$'],
    found: /lend\(\)/,
    severity: 'warn',
    safe: false,
    unmake: ['DROP FUNCTION lend()'],
  },
]

export const storageFaults: readonly PlantedFault[] = [
  {
    id: 'store.rows',
    fault: 'a table that doubled in a week',
    make: [
      "INSERT INTO table_sizes VALUES ('2026-02-22', 'settings', 600, 1, 1)",
      "INSERT INTO settings SELECT 'key' || n, '1' FROM generate_series(1, 1300) n",
    ],
    found: /^settings$/,
    severity: 'info',
    safe: false,
    repair: ['DELETE FROM settings'],
  },
  {
    id: 'store.analyze',
    fault: 'a large table that was never analysed',
    make: ['CREATE TABLE readings AS SELECT n FROM generate_series(1, 1100) n'],
    found: /readings/,
    severity: 'warn',
    safe: true,
    unmake: ['DROP TABLE readings'],
  },
  {
    id: 'store.unused',
    fault: 'an index that no query has used for a week',
    make: ['CREATE INDEX idle ON bugs (business_impact)'],
    found: /idle/,
    severity: 'info',
    safe: false,
    now: new Date('2099-01-01T00:00:00Z'),
    engine: 'postgresql',
  },
  {
    id: 'store.settings',
    fault: 'a table that autovacuum leaves out',
    make: ['ALTER TABLE bugs SET (autovacuum_enabled = off)'],
    found: /bugs/,
    severity: 'error',
    safe: false,
    engine: 'postgresql',
  },
  {
    id: 'backup.age',
    fault: 'no backup of rows that are older than a week',
    make: ["INSERT INTO users (email, name, created_at) VALUES ('ada@example.com', 'Ada', '2026-01-01')"],
    found: /backup/,
    severity: 'warn',
    safe: false,
    repair: [
      `INSERT INTO audit_log (action, entity_type, details, created_at)
       VALUES ('db.backup', 'database', '{"id": "a", "bytes": 7}', '2026-03-01')`,
    ],
  },
  {
    id: 'backup.verified',
    fault: 'a backup that was never verified',
    make: [
      `INSERT INTO audit_log (action, entity_type, details, created_at)
       VALUES ('db.backup', 'database', '{"id": "a", "bytes": 7}', '2026-03-01')`,
    ],
    found: /backup/,
    severity: 'info',
    safe: false,
    repair: [
      `INSERT INTO audit_log (action, entity_type, details, created_at)
       VALUES ('db.verify', 'database', '{"id": "a", "verifiedAt": "2026-03-01T01:00:00Z"}', '2026-03-01')`,
    ],
  },
]

export const dataFaults: readonly PlantedFault[] = [
  {
    id: 'data.history',
    fault: 'a step that leads elsewhere',
    make: [aBug(), aChange({ new_value: "'shipped'" })],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: false,
    repair: ["UPDATE bug_history SET new_value = 'closed'"],
  },
  {
    id: 'data.history',
    fault: 'a step before its bug',
    make: [aBug(), aChange({ changed_at: "'2025-01-01'" })],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: false,
    repair: ["UPDATE bug_history SET changed_at = '2026-01-07'"],
  },
  {
    id: 'data.dates',
    fault: 'resolved before it was created',
    make: [aBug({ resolved_at: "'2026-01-01'" })],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: false,
    repair: ["UPDATE bugs SET resolved_at = '2026-01-07'"],
  },
  {
    id: 'data.dates',
    fault: 'created in the future',
    make: [aBug({ created_at: "'2027-01-01'", resolved_at: 'NULL', status: "'pending'" })],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: false,
    repair: ["UPDATE bugs SET created_at = '2026-01-07'"],
  },
  {
    id: 'data.dates',
    fault: 'resolved without a date',
    make: [aBug({ resolved_at: 'NULL' })],
    found: /^BUG-1$/,
    severity: 'info',
    safe: false,
    repair: ["UPDATE bugs SET resolved_at = '2026-01-07'"],
  },
  {
    id: 'data.sla',
    fault: 'a clock that runs on after the bug was closed, and one that stands still',
    make: [
      aBug(),
      'UPDATE bugs SET sla_stopped_at = NULL',
      aBug({ bug_number: "'BUG-2'", status: "'pending'", resolved_at: 'NULL' }),
    ],
    found: /^BUG-1\nBUG-2$/,
    severity: 'warn',
    safe: true,
  },
  {
    id: 'data.sla',
    fault: 'a breach that was not recorded',
    make: [aBug({ sla_breached_at: 'NULL' }), aChange()],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: true,
  },
  {
    id: 'data.priority',
    fault: 'a score that is not that of the formula',
    make: [
      aBug({ priority_score: '7' }),
      aBug({ bug_number: "'BUG-2'", priority_score: '7', priority_pinned: 'true' }),
    ],
    found: /^BUG-1$/,
    severity: 'warn',
    safe: true,
  },
  {
    id: 'data.references',
    fault: 'a bug of a project that is not there',
    madeBySuperuser: true,
    make: [
      'ALTER TABLE bugs DISABLE TRIGGER ALL',
      aBug({ project_id: "'11111111-1111-4111-8111-111111111111'" }),
    ],
    found: /bugs_project_id_fkey: 1/,
    severity: 'error',
    safe: false,
    repair: ['DELETE FROM bugs', 'ALTER TABLE bugs ENABLE TRIGGER ALL'],
  },
  {
    id: 'data.imports',
    fault: 'an import that was killed',
    make: [anImport({ state: 'running', type: 'bugs' })],
    found: /^11111111/,
    severity: 'warn',
    safe: false,
  },
  {
    id: 'data.imports',
    fault: 'an import with more rows than its log counts',
    make: [
      anImport({ state: 'done', type: 'bugs', counts: { created: 0 } }),
      aBug({ import_id: "'11111111-1111-4111-8111-111111111111'" }),
    ],
    found: /^11111111/,
    severity: 'warn',
    safe: false,
    repair: ['DELETE FROM bugs'],
  },
  {
    id: 'data.snapshots',
    fault: 'a closed month whose figures differ from history',
    make: [
      `INSERT INTO monthly_metrics (
         month, total_bugs, critical_bugs, high_bugs, medium_bugs, low_bugs, eng_hours, total_cost,
         revenue_impact_daily, bugs_created, bugs_resolved, hourly_rate, assumptions)
       VALUES ('2026-01-01', 5, 1, 1, 1, 2, 0, 0, 0, 5, 0, 100, '{"final": true, "infrastructure": "0.00", "infrastructureFrom": "today", "currency": "USD"}')`,
    ],
    found: /^2026-01 totalBugs/,
    severity: 'warn',
    safe: false,
    repair: ['DELETE FROM monthly_metrics'],
  },
  {
    id: 'data.retention',
    fault: 'rows past the retention of their table',
    make: [
      `INSERT INTO settings (key, value) VALUES ('retention.events', '"90d"')`,
      `INSERT INTO events (occurred_at, received_at, source, delivery_key, name, signature, state)
       VALUES ('2025-01-01', '2025-01-01', 'archive', '1', 'push', 'unsigned', 'derived')`,
    ],
    found: /^events/,
    severity: 'info',
    safe: false,
    repair: ['DELETE FROM events', `DELETE FROM settings WHERE key = 'retention.events'`],
  },
  {
    id: 'self.metrics',
    fault: 'a function that fails',
    make: ['ALTER TABLE bugs RENAME COLUMN is_blocker TO blocks'],
    found: /metrics/,
    severity: 'error',
    safe: false,
    repair: ['ALTER TABLE bugs RENAME COLUMN blocks TO is_blocker'],
  },
  {
    id: 'self.projects',
    fault: 'a project that cannot be shown',
    make: [
      "INSERT INTO projects (id, name) VALUES ('11111111-1111-4111-8111-111111111111', 'shop')",
      aBug({ project_id: "'11111111-1111-4111-8111-111111111111'" }),
      'ALTER TABLE projects RENAME COLUMN name TO label',
    ],
    found: /projects/,
    severity: 'error',
    safe: false,
    repair: ['ALTER TABLE projects RENAME COLUMN label TO name'],
  },
  {
    id: 'self.bugs',
    fault: 'a list that cannot be read',
    make: ['ALTER TABLE bugs RENAME COLUMN priority_score TO score'],
    found: /bugs/,
    severity: 'error',
    safe: false,
    repair: ['ALTER TABLE bugs RENAME COLUMN score TO priority_score'],
  },
  {
    id: 'self.portfolio',
    fault: 'an overview without its figures',
    make: ['ALTER TABLE bugs RENAME COLUMN revenue_impact TO revenue'],
    found: /portfolio/,
    severity: 'error',
    safe: false,
    repair: ['ALTER TABLE bugs RENAME COLUMN revenue TO revenue_impact'],
  },
  {
    id: 'self.sync',
    fault: 'imports that cannot be listed',
    make: ['ALTER TABLE import_logs RENAME COLUMN metadata TO notes'],
    found: /sync/,
    severity: 'error',
    safe: false,
    repair: ['ALTER TABLE import_logs RENAME COLUMN notes TO metadata'],
  },
  {
    id: 'self.plans',
    fault: 'a lost index of the most frequent list',
    make: [
      `INSERT INTO bugs (title, severity, sla_hours, sla_due_at) SELECT 'x', 'low', 720, '2026-04-01' FROM generate_series(1, 10100)`,
      'ANALYZE bugs',
      'DROP INDEX bugs_open_priority_idx',
      'DROP INDEX bugs_priority_score_id_idx',
      'DROP INDEX bugs_open_figures_idx',
      'DROP INDEX bugs_open_sla_due_idx',
    ],
    found: /^bugs list: bugs$/,
    severity: 'error',
    safe: false,
    repair: ['DELETE FROM bugs'],
  },
]
