import { findRowVersions } from '../../data/imports/row-versions.js'
import type { ChangeLog } from './change-log.js'
import type { LoadContext } from './loading.js'
import type { Match, RecordKind } from './record-kind.js'
import type { Written } from './tally.js'

/**
 * The one path of records into rows: find, change what differs, create what is new, in order, as far as the mode allows. The
 * rest is not changed.
 */
export async function upsert<Item, Known extends { id: string }, Context extends LoadContext>(
  kind: RecordKind<Item, Known, Context>,
  context: Context,
  records: readonly Item[],
): Promise<Written> {
  const { mode, effects } = context
  const found = await kind.find(context, records)
  const fresh: Item[] = []
  const matches: Match<Item, Known>[] = []
  for (const [place, record] of records.entries()) {
    const known = found[place]
    if (known === undefined) fresh.push(record)
    else matches.push({ record, known })
  }
  if (effects.changes) await noteFound(kind, context, { changes: effects.changes, records, found })
  // Changes first: a bug that is created may have the key that another one had before.
  const mayChange = mode !== 'insert-only' && matches.length > 0
  const updated = mayChange ? await changeMatches(kind, context, matches) : 0
  const created = mode === 'update-only' ? 0 : fresh.length
  if (created > 0) {
    await kind.create(context, fresh)
    for (const record of fresh) {
      effects.changes?.add({ action: 'create', name: kind.nameOf(record), fields: {} })
    }
  }
  if (mode === 'insert-only') effects.leftAlone += matches.length
  return { created, updated, unchanged: matches.length - updated, skipped: fresh.length - created }
}

/** Changes rows that differ, and notes what undo and a plan need. Returns the number of changed rows. */
async function changeMatches<Item, Known extends { id: string }, Context extends LoadContext>(
  kind: RecordKind<Item, Known, Context>,
  context: Context,
  matches: readonly Match<Item, Known>[],
): Promise<number> {
  const { effects } = context
  const changed = await kind.change(context, matches)
  const recordOf = new Map(matches.map(({ record, known }) => [known.id, record]))
  for (const { id, before, fields } of changed) {
    if (before !== null) effects.images.add(kind.images, id, before)
    const record = recordOf.get(id)
    if (record !== undefined) effects.changes?.add({ action: 'update', name: kind.nameOf(record), fields })
  }
  return changed.length
}

interface Found<Item> {
  changes: ChangeLog
  records: readonly Item[]
  found: readonly ({ id: string } | undefined)[]
}

async function noteFound<Item>(
  { table, nameOf }: { table: RecordKind<Item>['table']; nameOf(record: Item): string },
  { tx }: LoadContext,
  { changes, records, found }: Found<Item>,
): Promise<void> {
  const ids = found.flatMap((known) => (known === undefined ? [] : [known.id]))
  const versions = await findRowVersions(tx, table, ids)
  for (const [place, record] of records.entries()) {
    const known = found[place]
    changes.find(nameOf(record), (known && versions.get(known.id)) ?? null)
  }
}
