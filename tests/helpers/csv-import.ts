import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Imported } from '../../src/importers/validate/imported.js'
import type { ImportType } from '../../src/domain/kinds.js'
import { parseMappingFlags } from '../../src/importers/map/mapping-flags.js'
import type { ImportRequest } from '../../src/importers/file/outline.js'
import { type ImportPlan, planImport } from '../../src/importers/file/plan.js'
import { openSource } from '../../src/importers/csv/source.js'
import { noRejects, type Rejects } from '../../src/importers/csv/rejects.js'
import { ImportRun, type RunOptions } from '../../src/importers/file/run.js'
import type { ImportCounts } from '../../src/importers/load/tally.js'

export interface Imports<Type extends ImportType> {
  plan: ImportPlan<Type>
  run: ImportRun<Type>
  records: Imported[Type][]
  /** How many of them the loader got at a time. */
  batchSizes: number[]
  counts: ImportCounts
}

type Flags = Parameters<typeof parseMappingFlags>[0] &
  Partial<Omit<ImportRequest, 'type' | 'mapping'>> &
  Partial<Omit<RunOptions, 'rejects'>> & { rejects?: (plan: ImportPlan) => Rejects }

/** Later than every date of the fixtures. */
export const now = new Date('2027-01-01T00:00:00Z')

/** Reads a file as `cto import csv` does, with a loader that creates every record. */
export async function importFile<Type extends ImportType>(
  type: Type,
  path: string,
  flags: Flags = {},
): Promise<Imports<Type>> {
  const source = await openSource(path, { stdin: nothing() })
  try {
    const mapping = parseMappingFlags(flags)
    const plan = await planImport(source, { zone: 'UTC', now, ...flags, type, mapping })
    const run = new ImportRun(plan, { ...flags, rejects: flags.rejects?.(plan) ?? noRejects })
    const records: Imported[Type][] = []
    const batchSizes: number[] = []
    for await (const items of run.batches()) {
      records.push(...items.map((item) => item.record))
      batchSizes.push(items.length)
    }
    const counts = run.settle({ created: records.length, updated: 0, unchanged: 0, skipped: 0 })
    return { plan, run, records, batchSizes, counts }
  } finally {
    await source.close()
  }
}

/** The same for a text; it is written to a file of its own. */
export async function importText<Type extends ImportType>(
  type: Type,
  content: string | Buffer,
  flags: Flags = {},
): Promise<Imports<Type>> {
  return withFile(content, (path) => importFile(type, path, flags))
}

export async function withFile<T>(content: string | Buffer, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cto-test-'))
  try {
    const path = join(folder, 'export.csv')
    await writeFile(path, content)
    return await use(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}
