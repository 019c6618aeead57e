import type { ProjectDay } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { measured } from '../projects/measured-day.js'

interface FindProjectDays {
  /** Absent: every project. */
  projectIds?: readonly string[] | undefined
  /** The number of days in UTC up to `until`. */
  days: number
  until: Date
}

/** The daily figures of repositories, the newest day first. */
export async function findProjectDays(
  db: Db,
  { projectIds, days, until }: FindProjectDays,
): Promise<ProjectDay[]> {
  const lastDay = Prisma.sql`(${until}::timestamptz AT TIME ZONE 'UTC')::date`
  const matches = projectIds ? Prisma.sql`m.project_id = ANY(${[...projectIds]}::uuid[])` : Prisma.sql`true`
  return db.$queryRaw<ProjectDay[]>`
    SELECT
      p.name AS project, m.date::text, ${measured('commits_count')} AS "commitsCount", ${measured('contributors')} AS contributors,
      ${measured('lines_of_code')}::double precision AS "linesOfCode", m.tech_stack AS "techStack",
      m.health_score AS "healthScore"
    FROM project_metrics m
    JOIN projects p ON p.id = m.project_id
    WHERE m.date <= ${lastDay} AND m.date > ${lastDay} - ${days}::int AND ${matches}
    ORDER BY m.date DESC, p.name, p.id`
}
