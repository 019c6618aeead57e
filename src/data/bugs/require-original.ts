import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'

/**
 * Refuses a bug as its own duplicate, and chains: what a duplicate is a duplicate of is the original.
 *
 * @throws CtoError INVALID_VALUE
 */
export async function requireOriginal(
  tx: Db,
  { ids, originalId }: { ids: readonly string[]; originalId: string | null | undefined },
): Promise<void> {
  if (!originalId) return
  const [original] = await tx.$queryRaw<{ bugNumber: string; original: string | null }[]>`
    SELECT b.bug_number AS "bugNumber", o.bug_number AS original
    FROM bugs b
    LEFT JOIN bugs o ON o.id = b.duplicate_of_id
    WHERE b.id = ${originalId}::uuid`
  if (original && ids.includes(originalId))
    throw new CtoError('INVALID_VALUE', `${original.bugNumber} cannot be a duplicate of itself`, {
      hint: 'name the original, another bug, with --of',
    })
  if (original?.original) {
    throw new CtoError(
      'INVALID_VALUE',
      `${original.bugNumber} is itself a duplicate of ${original.original}`,
      {
        hint: `--of ${original.original}`,
      },
    )
  }
}
