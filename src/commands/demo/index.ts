import type { Actor } from '../../data/audit/audit.js'
import { findBugs } from '../../data/bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import { getKpis } from '../../data/metrics/kpis.js'
import { openStatuses } from '../../domain/bug.js'
import type { Context } from '../../context.js'
import { figuresById } from '../../views/figure.js'
import { demoText, type Demo } from './text.js'
import type { CommandBehaviour } from '../definition.js'

export const demoCommand: CommandBehaviour = {
  effect: 'writes',
  output: { document: 'demo' },
  examples: [
    ['cto demo', 'sample data and a Jira export, on the embedded database'],
    ['CTO_HOME=/tmp/demo cto demo', 'the same in a folder to throw away'],
  ],
  run: runDemo,
}

async function runDemo(ctx: Context): Promise<void> {
  const { demo, target } = await ctx.db.open(
    'write',
    async (database) => ({ demo: await prepare(ctx, database), target: database.target }),
    { embedded: true },
  )
  if (ctx.line.env['CTO_DATABASE_URL'] ?? ctx.line.env['DATABASE_URL'])
    ctx.out.notice('DATABASE_URL is set: other commands use that server, and see nothing of the demo')
  const { kpis, critical, stored } = demo
  const { counts, ...imported } = demo.import
  const data = { kpis: figuresById(kpis), critical, import: { ...imported, ...counts }, stored }
  const text = await demoText(demo, {
    target,
    now: ctx.now(),
    zone: ctx.line.zone,
    width: ctx.out.width,
  })
  await ctx.out.document({ data, text: () => text })
}

async function prepare(ctx: Context, database: Database): Promise<Demo> {
  const { findDemoImport, requireOnlyDemoRows } = await import('../../samples/demo.js')
  const { seed } = await import('../../samples/seed.js')
  const actor = await database.read((db) => ctx.db.actor(db))
  await database.read(requireOnlyDemoRows)
  const { dryRun } = ctx.line.flags
  const seeded = await database.write((tx) => seed(tx, { actor, force: true, dryRun }), { dryRun })
  const known = await database.read(findDemoImport)
  const { importDemoExport } = await import('./import-export.js')
  const imported = known ?? (await importDemoExport(ctx, database, actor))
  if (known === null) await database.write((tx) => restateMonths(tx, actor), { dryRun })
  const figures = await database.read((db) => look(db, ctx.now()))
  return { ...figures, import: imported, stored: seeded || known === null }
}

/** The months that the sample data has stored, with the imported bugs, which were created and resolved in them too. */
async function restateMonths(tx: Db, actor: Actor): Promise<void> {
  const { findFinalMonths } = await import('../../data/metrics/monthly-metrics.js')
  const { writeSnapshot } = await import('../../data/metrics/snapshot.js')
  await writeSnapshot(tx, { months: await findFinalMonths(tx), actor, rewrite: true })
}

async function look(db: Db, now: Date): Promise<Pick<Demo, 'kpis' | 'critical'>> {
  const only = <T>(...values: T[]) => ({ values, none: false, negate: false })
  const { data } = await findBugs(db, {
    filter: { severity: only('critical'), status: only(...openStatuses) },
    sort: [{ field: 'priorityScore', descending: true }],
    limit: 0,
    now,
  })
  return { kpis: await getKpis(db, { filter: {}, now }), critical: data }
}
