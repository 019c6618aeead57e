import { NotFoundError } from '../errors.js'
import type { Db } from '../engine/client.js'
import { findNamed, notFound, type Named, type NamedRows } from './names.js'

/**
 * As `getNamed`, but not by a part of the name, nor by a name that the record no longer has: what is deleted for good cannot be taken
 * back. A deletion that runs twice finds nothing the second time, and not the next record that the name fits.
 *
 * @throws NotFoundError with the name that may be meant, CtoError AMBIGUOUS with the candidates
 */
export async function getWhollyNamed(db: Db, rows: NamedRows, name: string): Promise<Named> {
  const wanted = name.trim()
  const found = await findNamed(db, inWhole(rows), wanted)
  if (found !== null) return found
  const meant = await findNamed(db, rows, wanted)
  throw meant === null ? await notFound(db, rows, wanted) : notWhole(rows, wanted, meant.name)
}

function inWhole({ waysOf, ...rows }: NamedRows): NamedRows {
  return {
    ...rows,
    waysOf(wanted, column) {
      const { called, whole = called } = waysOf(wanted, column)
      return { called: whole }
    },
  }
}

/** The error for a name that fits a record only in part. */
export function notWhole(
  { what, listedBy }: Pick<NamedRows, 'what' | 'listedBy'>,
  wanted: string,
  meant: string,
): NotFoundError {
  return new NotFoundError(`no ${what} "${wanted}"`, {
    reason: `did you mean "${meant}"? A deletion takes the whole name only`,
    hint: listedBy,
  })
}
