import type { Scope } from '../../data/metrics/scope.js'
import { isDelivery, type MetricId } from '../../domain/metric.js'
import type { Db } from '../../engine/client.js'
import type { Doubt } from '../../shapes/metric.js'

/** Gaps in the facts behind those of these metrics that are of repositories. */
export async function deliveryDoubts(
  db: Db,
  { scope, ids }: { scope: Scope; ids: readonly MetricId[] },
): Promise<Doubt[]> {
  const ofDelivery = ids.filter(isDelivery)
  if (ofDelivery.length === 0) return []
  const { getDeliveryQuality } = await import('../../data/metrics/delivery-quality.js')
  const doubts = await getDeliveryQuality(db, { scope, ids: ofDelivery })
  return doubts.filter(({ count }) => count > 0)
}
