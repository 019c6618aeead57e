import { kinds, restorableKinds, type RestorableKind } from '../../domain/kinds.js'
import { Prisma } from '../../engine/sql.js'
import { dayImageKey } from './undo-days.js'

/* The values that an import replaced, as its audit rows keep them: an object of each kind, keyed by id. */

/** Where the details of an audit row have those of a kind: `bugsBefore`. */
export function imageKeyOf(kind: RestorableKind): `${(typeof kinds)[RestorableKind]['table']}Before` {
  return `${kinds[kind].table}Before`
}

/** Those of every kind, and of days, in one audit row `a`, as jsonb. */
export const allImages = Prisma.raw(
  [...restorableKinds.map(imageKeyOf), dayImageKey]
    .map((key) => `coalesce(a.details->'${key}', '{}')`)
    .join(' || '),
)
