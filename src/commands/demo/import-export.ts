import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import type { Actor } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { demoSource, exportedYesterday, type DemoImport } from '../../samples/demo.js'
import { loadRun } from '../../importers/file/load-run.js'
import { noMapping } from '../../importers/map/mapping-flags.js'
import { planImport } from '../../importers/file/plan.js'
import { streamSource } from '../../importers/csv/source.js'
import { noRejects } from '../../importers/csv/rejects.js'
import { ImportRun } from '../../importers/file/run.js'
import type { Context } from '../../context.js'

/** Imports the export that comes with the package, moved to the present, as `cto import csv` would. */
export async function importDemoExport(ctx: Context, database: Database, actor: Actor): Promise<DemoImport> {
  const file = path.join(ctx.line.packageRoot, 'fixtures/demo/jira-export.csv')
  const csv = exportedYesterday(await readFile(file, 'utf8'), actor.now)
  const source = await streamSource(path.basename(file), Readable.from([csv]))
  try {
    const plan = await planImport(source, {
      type: 'bugs',
      mapping: noMapping,
      externalSource: demoSource,
      zone: 'UTC',
      now: actor.now,
    })
    const { importId, counts } = await loadRun(database, new ImportRun(plan, { rejects: noRejects }), {
      actor,
      rejects: noRejects,
      mapping: noMapping,
      dryRun: ctx.line.flags.dryRun,
    })
    return { importId, file: source.name, counts: { ...counts } }
  } finally {
    await source.close()
  }
}
