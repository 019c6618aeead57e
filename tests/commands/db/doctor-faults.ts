import type { Severity } from '../../../src/shapes/health-check.js'

export interface PlantedFault {
  /** The check that finds it. */
  id: string
  fault: string
  make: readonly string[]
  /** What its examples say. */
  found: RegExp
  severity: Severity
  /** Whether `--fix` mends it; otherwise its SQL does. */
  safe: boolean
  /** What the fix leaves behind. */
  unmake?: readonly string[]
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
    make: ['ALTER TABLE bug_history DISABLE TRIGGER ALL'],
    found: /TRIGGER .*bug_history\."RI_ConstraintTrigger/,
    severity: 'error',
    safe: true,
  },
  {
    id: 'schema.invalid',
    fault: 'an index that was not finished',
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
