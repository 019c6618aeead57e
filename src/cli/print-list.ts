import type { Context, ListPortion } from '../context.js'
import { tripIfEmpty } from '../flags/list-options.js'
import type { Db } from '../engine/client.js'
import { countItems, findPage, streamRows, whyEmpty, type List } from '../engine/list.js'
import type { RecordView } from '../output/field.js'
import { toTerminal } from './format.js'
import { printPage, printStream, type Hidden, type PrinterOptions } from './printer.js'

interface ListRequest<Row> {
  view: RecordView<Row>
  portion: ListPortion
  list: (db: Db) => List<Row> | Promise<List<Row>>
}

/** More rows than this are streamed. */
const mostInMemory = 1000

/** A page is read, the database closed, the page printed; a long list is printed as it comes. */
export async function printList<Row>(
  ctx: Context,
  { view, portion, list }: ListRequest<Row>,
  options: PrinterOptions,
): Promise<void> {
  // Counted only if a person reads it.
  const isRead = toTerminal(options.host, options.flags) && !options.flags.quiet
  const reasonOf = (db: Db, listed: List<Row>) => (isRead ? whyEmpty(db, listed) : Promise.resolve(null))
  const hiddenOf = (db: Db, listed: List<Row>) => (isRead ? hiddenBy(db, listed) : Promise.resolve(null))
  if (portion.limit > 0 && portion.limit <= mostInMemory) {
    const page = await ctx.db.read(async (db) => {
      const listed = await list(db)
      const { data, nextCursor } = await findPage(db, listed, portion)
      const total = await totalOf(db, listed, { returned: data.length, nextCursor, portion })
      const reason = total === 0 ? await reasonOf(db, listed) : null
      return { data, nextCursor, total, reason, hidden: await hiddenOf(db, listed) }
    })
    await printPage(view, page, options)
    tripIfEmpty(ctx, portion, page.data.length)
    return
  }
  let begun = false
  const work = async (tx: Db) => {
    const listed = await list(tx)
    const batches = streamRows(tx, listed, portion)
    const end = async (returned: number, nextCursor: string | null) => {
      tripIfEmpty(ctx, portion, returned)
      const total = await totalOf(tx, listed, { returned, nextCursor, portion })
      const reason = total === 0 ? await reasonOf(tx, listed) : null
      return { total, nextCursor, reason, hidden: await hiddenOf(tx, listed) }
    }
    return printStream(view, batches, { begin: () => (begun = true), end }, options)
  }
  const finish = await ctx.db.open('read', (database) => database.snapshot(work, { mayRepeat: () => !begun }))
  await finish()
}

interface Listed {
  returned: number
  nextCursor: string | null
  portion: ListPortion
}

/** Null for a list without a filter that applies by default. */
async function hiddenBy<Row>(db: Db, list: List<Row>): Promise<Hidden | null> {
  if (list.withoutDefault === undefined) return null
  const { where, flag } = list.withoutDefault
  return { of: await countItems(db, { ...list, where }), flag }
}

/** Counted only if the page does not hold all rows. */
async function totalOf<Row>(
  db: Db,
  list: List<Row>,
  { returned, nextCursor, portion }: Listed,
): Promise<number> {
  return nextCursor === null && portion.cursor === undefined ? returned : countItems(db, list)
}
