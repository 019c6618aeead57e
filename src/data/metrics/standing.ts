import type { Standing } from '../../shapes/status.js'
import { bugIsOpen } from '../bugs/bug-predicates.js'
import type { Db } from '../../engine/client.js'

export type { Standing }

/** In one round trip. */
export async function getStanding(db: Db): Promise<Standing> {
  const [standing] = await db.$queryRaw<Standing[]>`
    SELECT
      jsonb_build_object(
        'bugs', (SELECT count(*) FROM bugs),
        'openBugs', (SELECT count(*) FROM bugs b WHERE ${bugIsOpen}),
        'projects', (SELECT count(*) FROM projects),
        'users', (SELECT count(*) FROM users)) AS counts,
      (SELECT max(snapshot_date)::text FROM portfolio_metrics) AS "lastSnapshot"`
  if (!standing) throw new Error('an aggregate without a row')
  return standing
}
