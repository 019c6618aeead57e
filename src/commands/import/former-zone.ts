import { findFormerZone } from '../../data/imports/imports.js'
import { isSameZone } from '../../domain/zone.js'
import type { Database } from '../../engine/database.js'
import type { ImportPlan } from '../../importers/file/plan.js'
import type { Context } from '../../context.js'

/**
 * Prints that the last import of the source read times without a zone in another zone, since records that only differ by
 * that are updated. Returns that zone, or null. `isPlanned`: the zone of this import is that of its plan.
 */
export async function reportFormerZone(
  ctx: Context,
  database: Database,
  { plan, isPlanned }: { plan: ImportPlan; isPlanned: boolean },
): Promise<string | null> {
  const { type, externalSource, localZone, source } = plan
  if (localZone === null) return null
  const file = source.name
  const former = await database.read((db) => findFormerZone(db, { type, externalSource, file }))
  if (former === null || isSameZone(former.zone, localZone)) return null
  const last = former.file === file ? 'this file' : externalSource
  const keep = `${isPlanned ? 'a plan with ' : ''}--tz ${former.zone} keeps the former zone`
  ctx.out.notice(
    `${file}: the last import of ${last} read times without a zone in ${former.zone}; where only that differs, ` +
      `${type} count as updated → ${keep}`,
  )
  return former.zone
}
