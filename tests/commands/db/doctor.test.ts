import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { splitStatements } from '../../../src/engine/schema/statements.js'
import type { HealthCheck, HealthReport } from '../../../src/shapes/health-check.js'
import { cto, now, type Result, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { dataFaults, schemaFaults, storageFaults } from './doctor-faults.js'

const db = useDatabase()

function doctor(...flags: string[]): Promise<Result> {
  return cto(db, 'db', 'doctor', '--json', ...flags)
}

async function report(world: World, ...flags: string[]): Promise<HealthReport> {
  const { exitCode, stdout, stderr } = await cto(world, 'db', 'doctor', '--json', ...flags)
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: HealthReport }).data
}

async function checkOf(world: World, id: string): Promise<HealthCheck> {
  const [check] = (await report(world, '--only', id)).checks
  if (!check) throw new Error(`no check ${id}`)
  return check
}

describe.each([...schemaFaults, ...storageFaults, ...dataFaults])('$id: $fault', (planted) => {
  const { id, make, found, severity, safe, unmake = [], mend } = planted

  test('is found, mended by its own fix, and gone', async ({ skip }) => {
    skip(planted.engine !== undefined && planted.engine !== db.engine, 'it cannot be made on this engine')
    const world = { ...db, now: planted.now ?? now }
    const before = await checkOf(world, id)
    expect(before.examples.join('\n')).not.toMatch(found)
    for (const statement of make) await db.sql(statement)
    const check = await checkOf(world, id)
    expect(check).toMatchObject({ status: 'finding', severity, known: false, fix: { safe } })
    expect(check.examples.join('\n')).toMatch(found)
    if (safe) {
      const { exitCode, stderr } = await cto(world, 'db', 'doctor', '--only', id, '--fix', '--yes')
      expect(exitCode, stderr).toBe(0)
      expect(
        await db.sql("SELECT details->'checks' AS checks FROM audit_log WHERE action = 'db.fix'"),
      ).toEqual([{ checks: [id] }])
    } else if (mend) {
      expect(check.fix?.command).not.toBe(null)
      for (const statement of mend) await db.sql(statement)
    } else {
      for (const statement of splitStatements(check.fix?.sql ?? '')) await db.sql(statement)
    }
    expect((await checkOf(world, id)).examples).toEqual(before.examples)
    for (const statement of unmake) await db.sql(statement)
  })
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
