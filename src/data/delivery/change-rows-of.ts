import { asText, updateRows, type ColumnValue } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf, type TableName } from '../../engine/table.js'

type Values<Field extends string> = Readonly<Record<Field, ColumnValue>>

/** Updates those rows of which a field is different. */
export async function changeRowsOf<Field extends string>(
  tx: Db,
  name: TableName,
  fields: readonly Field[],
  rows: readonly { before: Values<Field> & { id: string }; after: Values<Field> }[],
): Promise<void> {
  const changed = rows.filter(({ before, after }) =>
    fields.some((field) => asText(before[field]) !== asText(after[field])),
  )
  await updateRows<string>(tx, tableOf(name), {
    rows: changed.map(({ before, after }) => ({ ...after, id: before.id })),
    fields,
  })
}
