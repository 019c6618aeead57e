import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { CtoError } from '../../errors.js'
import { clearKeys } from './bug-identities.js'

/** By bug: fields as they were, in text. */
type Before = ReadonlyMap<string, Readonly<Record<string, string | null>>>

/**
 * Makes way for the keys that bugs get back.
 *
 * @throws CtoError CONFLICT where another bug has one of them by now
 */
export async function freeFormerKeys(
  tx: Db,
  { ids, before }: { ids: readonly string[]; before: Before },
): Promise<void> {
  const rekeyed = ids.filter((id) => before.get(id)?.['externalId'] !== undefined)
  if (rekeyed.length === 0) return
  const keys = rekeyed.map((id) => before.get(id)?.['externalId'] ?? null)
  const taken = await tx.$queryRaw<{ key: string; bugNumber: string }[]>`
    SELECT n.key, other.bug_number AS "bugNumber"
    FROM unnest(${rekeyed}::uuid[], ${keys}::text[]) AS n(id, key)
    JOIN bugs b ON b.id = n.id
    JOIN bugs other ON other.external_source = b.external_source AND other.external_id = n.key
    WHERE other.id <> ALL(${rekeyed}::uuid[])
    ORDER BY n.key`
  const [first] = taken
  if (first) {
    throw new CtoError(
      'CONFLICT',
      `${first.bugNumber} has the key ${first.key} by now, which another bug had before`,
      {
        reason: 'nothing was undone',
        hint: `undo the import that gave it to ${first.bugNumber} first: cto bugs history ${first.bugNumber}`,
      },
    )
  }
  await clearKeys(tx, rekeyed)
}

/** Takes away the immutable ids that an import had learned of bugs it did not change otherwise. */
export async function forgetUids(tx: Db, importId: string): Promise<void> {
  const learned = await tx.$queryRaw<{ id: string }[]>`
    SELECT jsonb_array_elements_text(a.details->'bugsIdentified') AS id
    FROM audit_log a
    WHERE a.entity_type = 'import' AND a.entity_id = ${importId}`
  for (const some of batchesOf(learned.map(({ id }) => id)))
    await tx.$executeRaw`
      UPDATE bugs SET external_uid = NULL, updated_at = updated_at WHERE id = ANY(${[...some]}::uuid[])`
}
