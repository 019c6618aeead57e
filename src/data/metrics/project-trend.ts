import type { ProjectTrend } from '../../shapes/report.js'
import { openWords } from '../bugs/bug-predicates.js'
import { unresolvedBugsBeforeEach } from '../bugs/bug-replay.js'
import type { Db } from '../../engine/client.js'
import { bugsIn, type Scope } from './scope.js'

interface Row {
  id: string | null
  name: string | null
  at: Date
  backlog: number
  revenueAtRisk: string | null
}

/**
 * What was unresolved at each of the moments, and what the open part of it put at risk, by project; bugs without a
 * project come under null. Which bugs those are, and whose, is judged at the end of the scope, as for the flow; deleted
 * bugs are in none. Projects in the order of their names.
 */
export async function findProjectTrends(
  db: Db,
  { scope, moments }: { scope: Scope; moments: readonly Date[] },
): Promise<ProjectTrend[]> {
  const { source, matches } = bugsIn(scope)
  // Now has not passed yet: the first moment behind it is the next one.
  const ends = moments.map((at) => (at < scope.window.to || scope.past ? at : new Date(at.getTime() + 1)))
  const rows = await db.$queryRaw<Row[]>`
    SELECT
      p.id::text, p.name, o.at, count(*)::int AS backlog,
      (sum(o.revenue_impact) FILTER (WHERE o.status IN (${openWords})))::text AS "revenueAtRisk"
    FROM (${unresolvedBugsBeforeEach(ends)}) o
    JOIN ${source} ON b.id = o.bug_id
    LEFT JOIN projects p ON p.id = b.project_id
    WHERE ${matches}
    GROUP BY p.id, p.name, o.at
    ORDER BY p.name, p.id`
  return [...new Set(rows.map(({ id }) => id))].map((id) => {
    const known = rows.filter((row) => row.id === id)
    const points = moments.map((at, index) => {
      const point = known.find((row) => row.at.getTime() === ends[index]?.getTime())
      return { at, backlog: point?.backlog ?? 0, revenueAtRisk: point?.revenueAtRisk ?? null }
    })
    const name = known[0]?.name ?? null
    return { project: id === null || name === null ? null : { id, name }, points }
  })
}
