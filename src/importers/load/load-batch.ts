import { inSavepoint } from '../../engine/savepoint.js'
import type { RowProblem } from '../validate/problems.js'
import { endBatch } from './end-batch.js'
import type { Loading } from './loading.js'
import { oneAhead } from './one-ahead.js'
import type { Ready, RecordKind } from './record-kind.js'
import { refusalOf } from './refusal.js'
import { RefusedRecords } from './refused-records.js'
import type { Written } from './tally.js'
import { upsert } from './upsert.js'

export const nothingWritten: Written = { created: 0, updated: 0, unchanged: 0, skipped: 0 }

export interface Loader<Item extends { record: unknown }> {
  kind: RecordKind<Item['record']>
  /** Notes a record that the database does not accept. */
  refuse(item: Item, problem: RowProblem): Promise<void> | void
}

/** Loads all batches; reads and prepares the next one while the database stores the previous one. */
export async function loadBatches<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  batches: AsyncGenerator<readonly Item[]>,
): Promise<Written> {
  let written = nothingWritten
  for await (const { items, ready } of oneAhead(readyBatches())) {
    const now = ready
      ? await loadReady(loader, loading, { items, ready })
      : await loadBatch(loader, loading, items)
    written = add(written, now)
    await endBatch(loading)
  }
  return written

  async function* readyBatches() {
    for await (const items of batches) {
      const records = items.map(({ record }) => record)
      yield { items, ready: loader.kind.ready?.(loading, records) ?? null }
    }
  }
}

/**
 * Loads a batch in one savepoint. If the database or a rule rejects a record, the batch is rolled back and halved until
 * that record is found and rejected, and the others are loaded.
 */
async function loadBatch<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  items: readonly Item[],
): Promise<Written> {
  const records = items.map(({ record }) => record)
  const effects = loading.effects.batch()
  try {
    const written = await inSavepoint(loading.tx, () => upsert(loader.kind, { ...loading, effects }, records))
    loading.effects.absorb(effects)
    return written
  } catch (error) {
    if (error instanceof RefusedRecords) return loadOthers(loader, loading, { items, refused: error })
    const problem = refusalOf(error)
    loading.known.forget()
    const [first] = items
    if (!first || !problem) throw error
    if (items.length === 1) {
      await loader.refuse(first, problem)
      return nothingWritten
    }
  }
  const middle = Math.ceil(items.length / 2)
  const left = await loadBatch(loader, loading, items.slice(0, middle))
  return add(left, await loadBatch(loader, loading, items.slice(middle)))
}

async function loadOthers<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  { items, refused }: { items: readonly Item[]; refused: RefusedRecords },
): Promise<Written> {
  const others: Item[] = []
  for (const item of items) {
    const problem = refused.problems.get(item.record)
    if (problem === undefined) others.push(item)
    else await loader.refuse(item, problem)
  }
  return loadBatch(loader, loading, others)
}

/** Stores a prepared batch; if a record makes it fail, loads the batch with `loadBatch`. */
async function loadReady<Item extends { record: unknown }>(
  loader: Loader<Item>,
  loading: Loading,
  { items, ready }: { items: readonly Item[]; ready: Ready },
): Promise<Written> {
  try {
    await inSavepoint(loading.tx, () => ready(loading.tx))
    return { ...nothingWritten, created: items.length }
  } catch (error) {
    if (!refusalOf(error)) throw error
    loading.known.forget()
    return loadBatch(loader, loading, items)
  }
}

export function add(a: Written, b: Written): Written {
  return {
    created: a.created + b.created,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    skipped: a.skipped + b.skipped,
  }
}
