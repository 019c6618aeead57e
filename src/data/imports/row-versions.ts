import { tableOfImport, type ImportType } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** By id a text that is different as soon as anything about the row is. */
export async function findRowVersions(
  tx: Db,
  type: ImportType,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const found = await tx.$queryRaw<{ id: string; version: string }[]>`
    SELECT t.id::text, md5(t::text) AS version FROM ${Prisma.raw(tableOfImport(type))} t WHERE t.id = ANY(${[...ids]}::uuid[])`
  return new Map(found.map(({ id, version }) => [id, version]))
}
