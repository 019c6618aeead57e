import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto, now, type Result } from '../../helpers/cto.js'
import type { HealthReport } from '../../../src/shapes/health-check.js'
import { useDatabase } from '../../helpers/database.js'
import { dataFaults, schemaFaults, storageFaults } from './doctor-faults.js'
import { checkOf, proveFault } from './prove-fault.js'

const db = useDatabase()

function doctor(...flags: string[]): Promise<Result> {
  return cto(db, 'db', 'doctor', '--json', ...flags)
}

describe.each([...schemaFaults, ...storageFaults, ...dataFaults])('$id: $fault', (planted) => {
  test('is found, repaired by its own fix, and gone', async ({ skip }) => {
    skip(planted.engine !== undefined && planted.engine !== db.engine, 'it cannot be made on this engine')
    await proveFault({ world: db, sql: db.sql }, planted)
  })
})

test('an import that was killed is no finding once its file has been imported', async () => {
  const log = (state: string, at: string) =>
    db.sql(
      `INSERT INTO import_logs (source, records_imported, metadata, timestamp)
       VALUES ('csv', 0, jsonb_build_object('state', $1::text, 'type', 'bugs', 'file', 'jira.csv'), $2)`,
      [state, at],
    )
  const check = () => checkOf(db, 'data.imports')
  try {
    await log('done', '2026-03-01T09:00:00Z')
    await log('running', '2026-03-01T10:00:00Z')
    expect(await check()).toMatchObject({ status: 'finding' })
    await log('done', '2026-03-01T11:00:00Z')
    expect(await check()).toMatchObject({ status: 'ok' })
  } finally {
    await db.sql("DELETE FROM import_logs WHERE metadata ->> 'file' = 'jira.csv'")
  }
})

describe('the exit code', () => {
  const fault = 'CREATE INDEX needless ON bugs (severity)'
  const flags = ['--only', 'schema.duplicates'] as const

  test('is 0 whatever is found, and 8 with --fail-on', async () => {
    await db.sql(fault)
    try {
      expect(await doctor(...flags)).toMatchObject({ exitCode: 0 })
      expect(await doctor(...flags, '--fail-on', 'warn')).toMatchObject({ exitCode: 0 })
      expect(await doctor(...flags, '--fail-on', 'info')).toMatchObject({ exitCode: 8 })
    } finally {
      await db.sql('DROP INDEX needless')
    }
  })

  test('with a baseline is 8 only for a new object', async () => {
    const file = path.join(db.folder, 'baseline.json')
    await db.sql(fault)
    try {
      expect(await doctor(...flags, '--write-baseline', file)).toMatchObject({ exitCode: 0 })
      const baseline = JSON.parse(readFileSync(file, 'utf8')) as { findings: Record<string, string[]> }
      expect(baseline).toMatchObject({ format: 1 })
      expect(baseline.findings['schema.duplicates']?.[0]).toContain('needless')
      const same = await doctor(...flags, '--baseline', file)
      expect(same.exitCode).toBe(0)
      expect(same.stdout).toContain('"known": true')
      await db.sql('CREATE INDEX needless_too ON bugs (status)')
      expect(await doctor(...flags, '--baseline', file)).toMatchObject({ exitCode: 8 })
    } finally {
      await db.sql('DROP INDEX needless')
      await db.sql('DROP INDEX IF EXISTS needless_too')
    }
  })

  test('is 2 for an invalid baseline, and for a check that does not exist', async () => {
    const file = path.join(db.folder, 'notes.json')
    writeFileSync(file, '{"format": 2}')
    const wrong = await doctor('--baseline', file)
    expect([wrong.exitCode, wrong.stdout]).toEqual([2, ''])
    const unknown = await cto(db, 'db', 'doctor', '--only', 'schema.drfit')
    expect(unknown.exitCode).toBe(2)
    expect(unknown.stderr).toContain('did you mean "schema.drift"?')
  })

  test('is 8 with --strict if a check could not run', async () => {
    const rename = (from: string, to: string) => db.sql(`ALTER TABLE ${from} RENAME TO ${to}`)
    await rename('_prisma_migrations', 'mislaid')
    try {
      const unknown = await doctor('--only', 'schema.drift', '--fail-on', 'warn')
      expect(unknown.exitCode).toBe(0)
      expect(unknown.stdout).toContain('"status": "unknown"')
      expect(await doctor('--only', 'schema.drift', '--fail-on', 'warn', '--strict')).toMatchObject({
        exitCode: 8,
      })
    } finally {
      await rename('mislaid', '_prisma_migrations')
    }
  })
})

test('--fix asks first, and runs nothing without a yes or with --dry-run', async () => {
  await db.sql('ALTER TABLE bugs DISABLE TRIGGER bugs_fill_sla')
  try {
    const unasked = await cto(db, 'db', 'doctor', '--only', 'schema.invalid', '--fix')
    expect(unasked).toMatchObject({ exitCode: 2, stdout: '' })
    expect(unasked.stderr).toContain('ENABLE TRIGGER bugs_fill_sla;')
    await cto(db, 'db', 'doctor', '--only', 'schema.invalid', '--fix', '--dry-run')
    expect(await checkOf(db, 'schema.invalid')).toMatchObject({ status: 'finding', count: 1 })
  } finally {
    await db.sql('ALTER TABLE bugs ENABLE TRIGGER bugs_fill_sla')
  }
})

describe('on a terminal', () => {
  const terminal = () => ({ ...db, terminal: 80 })

  test('a finding has its fix and what is faulty below it', async () => {
    await db.sql('ALTER TABLE bugs DISABLE TRIGGER bugs_fill_sla')
    try {
      const { stdout, stderr } = await cto(
        terminal(),
        'db',
        'doctor',
        '--only',
        'schema.invalid,schema.fk_index',
      )
      const [heading, invalid, fix, found, fine] = stdout.split('\n')
      expect(heading).toMatch(/^CHECK +STATUS .*MESSAGE/)
      expect(invalid).toMatch(/^schema\.invalid +error .*disabled triggers: 1/)
      expect(fix).toMatch(/^ {2}ALTER TABLE .*bugs ENABLE TRIGGER bugs_fill_sla;$/)
      expect(found).toMatch(/^ {2}found: TRIGGER .*bugs\.bugs_fill_sla$/)
      expect(fine).toMatch(/^schema\.fk_index +ok .*every foreign key has an index/)
      expect(stderr).toContain('1 ok, 1 error, 0 warnings, 0 remarks, 0 unknown')
    } finally {
      await db.sql('ALTER TABLE bugs ENABLE TRIGGER bugs_fill_sla')
    }
  })

  test('80 columns show every message and fix whole, with times in the zone of the reader', async () => {
    try {
      await cto(db, 'db', 'backup')
      await db.sql("ALTER TABLE bugs ADD COLUMN a_rather_long_name_for_a_column text DEFAULT 'none'")
      const shown = ['--only', 'schema,backup,store.settings']
      const { stdout } = await cto(terminal(), 'db', 'doctor', ...shown, '--tz', 'Asia/Tokyo')
      const { data } = JSON.parse((await doctor(...shown)).stdout) as { data: HealthReport }
      expect(stdout).not.toContain('…')
      const read = stdout.replace(/\s+/g, ' ')
      for (const { message, fix } of data.checks) {
        expect(read).toContain(message.replaceAll(now.toISOString(), '2026-03-02 18:00'))
        if (fix?.sql) expect(read).toContain(fix.sql.replace(/\s+/g, ' '))
      }
      const [archive = ''] = readdirSync(path.join(db.folder, 'home/backups')).filter((name) =>
        name.endsWith('.tar'),
      )
      expect(read).toContain(`cto db verify ${path.join(db.folder, 'home/backups', archive)}`)
    } finally {
      await db.sql('ALTER TABLE bugs DROP COLUMN IF EXISTS a_rather_long_name_for_a_column')
    }
  })

  test('--fix asks, and checks again after a yes', async () => {
    await db.sql('ALTER TABLE bugs DISABLE TRIGGER bugs_fill_sla')
    const world = { ...terminal(), stdin: 'y\r' }
    const { stdout, stderr, exitCode } = await cto(world, 'db', 'doctor', '--only', 'schema.invalid', '--fix')
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/^schema\.invalid +ok/m)
  })
})
