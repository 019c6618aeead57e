import type { Printed } from '../context.js'
import { cardNames, type RecordView } from '../output/field.js'
import { jsonRows } from '../output/print.js'
import type { ProgramOptions } from './global-options.js'

interface Collected<Row> {
  rows: readonly Row[]
  total?: number | null | undefined
}

/** A list, as a command that runs others prints it. Throws UsageError for an unknown field. */
export function collectedRows<Row>(
  view: RecordView<Row>,
  { rows, total = null }: Collected<Row>,
  { fields, dryRun }: Pick<ProgramOptions, 'fields' | 'dryRun'>,
): Printed {
  return {
    data: jsonRows(view, rows, { fields, dryRun }),
    // The type of the rows is lost outside of the command, so view and rows stay together until they are printed.
    records: { view: view as RecordView<never>, rows: rows as readonly object[], total, fields },
    text: () => '',
  }
}

/** The same of one record, whose JSON is no list. */
export function collectedOne<Row>(
  view: RecordView<Row>,
  row: Row,
  flags: Pick<ProgramOptions, 'fields' | 'dryRun'>,
): Printed {
  const whole = flags.fields === undefined ? { ...view, defaults: cardNames(view) } : view
  const printed = collectedRows(whole, { rows: [row], total: 1 }, flags)
  const [data] = printed.data as unknown[]
  return { ...printed, data }
}
