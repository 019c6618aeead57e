import { expect } from 'vitest'
import { splitStatements } from '../../../src/engine/schema/statements.js'
import type { HealthCheck, HealthReport } from '../../../src/shapes/health-check.js'
import { cto, now, type World } from '../../helpers/cto.js'
import type { PlantedFault } from './doctor-faults.js'

/** Where faults are made: a database as doctor sees it, and who changes it. */
export interface Bench {
  world: World
  /** As the owner of the tables. */
  sql(text: string): Promise<unknown[]>
  /** As the superuser; absent where the owner is one. */
  admin?: ((text: string) => Promise<unknown[]>) | undefined
}

export async function checkOf(world: World, id: string, ...flags: string[]): Promise<HealthCheck> {
  const { exitCode, stdout, stderr } = await cto(world, 'db', 'doctor', '--only', id, '--json', ...flags)
  expect(exitCode, stderr).toBe(0)
  const [check] = (JSON.parse(stdout) as { data: HealthReport }).data.checks
  if (!check) throw new Error(`no check ${id}`)
  return check
}

/** Makes the fault, and expects that its check finds it, that its own fix repairs it, and that it is gone then. */
export async function proveFault(bench: Bench, planted: PlantedFault): Promise<void> {
  const { id, make, found, severity, safe, unmake = [], repair } = planted
  const world = { ...bench.world, now: planted.now ?? now }
  const owner = (text: string) => bench.sql(text)
  const superuser = bench.admin ?? owner
  const run = async (statements: readonly string[], as = owner) => {
    for (const statement of statements) await as(statement)
  }
  const maker = planted.madeBySuperuser ? superuser : owner
  const before = await checkOf(world, id)
  expect(before.examples.join('\n')).not.toMatch(found)
  await run(make, maker)
  const check = await checkOf(world, id)
  expect(check).toMatchObject({ status: 'finding', severity, known: false, fix: { safe } })
  expect(check.examples.join('\n')).toMatch(found)
  const fix = splitStatements(check.fix?.sql ?? '')
  if (safe) {
    const isRefused = planted.fixedBySuperuser && bench.admin !== undefined
    const { exitCode, stderr } = await cto(world, 'db', 'doctor', '--only', id, '--fix', '--yes')
    expect(exitCode, stderr).toBe(isRefused ? 5 : 0)
    expect(await owner("SELECT details->'checks' AS checks FROM audit_log WHERE action = 'db.fix'")).toEqual([
      { checks: [id] },
    ])
    if (isRefused) await run(fix, superuser)
  } else if (repair) {
    expect(check.fix?.command).not.toBe(null)
    await run(repair, maker)
  } else {
    await run(fix, planted.fixedBySuperuser ? superuser : owner)
  }
  expect((await checkOf(world, id)).examples).toEqual(before.examples)
  await run(unmake, maker)
}
