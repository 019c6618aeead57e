import { severities, statuses } from '../../domain/bug.js'
import type { ProjectStatus } from '../../domain/project.js'
import { fieldsWith } from '../../domain/field.js'
import { projectFields, type UserProjectField } from '../../domain/project-fields.js'
import type { Project } from '../../shapes/project.js'
import { measured } from './measured-day.js'
import { bugIsLate, bugIsOpen } from '../bugs/bug-predicates.js'
import { Prisma } from '../../engine/sql.js'
import { allOf, filtersOf, type Conditions, type FilterWords, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { selectOf, shownFields, sortableColumns, tableOf } from '../../engine/table.js'

export type { Project }

/** The fields that users and imports set. */
export type ProjectFields = Pick<Project, UserProjectField>

export interface ProjectFilter {
  /** Absent: every status. */
  status?: readonly ProjectStatus[] | undefined
  language?: readonly string[] | undefined
  tag?: readonly string[] | undefined
  /** A substring of name or description, whatever the case. */
  text?: string | undefined
  ids?: readonly string[] | undefined
}

interface ProjectList {
  filter: ProjectFilter
  words?: FilterWords
  /** Where the status is filtered by default: the flag that lists all. */
  allFlag?: string
  /** The moment at which SLA breaches are evaluated. */
  now: Date
}

const projectTable = tableOf('projects')

const sortableFields: Record<string, Sortable> = sortableColumns(
  projectTable,
  'p',
  fieldsWith(projectFields, { sortable: true }),
)

const bugSortFields = [
  'bugs.open',
  'bugs.bySeverity.critical',
  'bugs.slaBreaches',
  'bugs.revenueAtRisk',
] as const

export const projectSortFields = [...Object.keys(sortableFields), ...bugSortFields]

/** By JSON field name. What is counted of bugs is counted for every project, as an order needs. */
function sortableAt(now: Date): Record<string, Sortable> {
  const ofOpenBugs = (figure: Prisma.Sql) =>
    Prisma.sql`(SELECT ${figure} FROM bugs b WHERE b.project_id = p.id AND ${bugIsOpen})`
  const count = (condition: Prisma.Sql): Sortable => ({
    sql: ofOpenBugs(Prisma.sql`count(*) FILTER (WHERE ${condition})`),
    type: Prisma.sql`bigint`,
    nullable: false,
  })
  const figures: Record<(typeof bugSortFields)[number], Sortable> = {
    'bugs.open': count(Prisma.sql`true`),
    'bugs.bySeverity.critical': count(Prisma.sql`b.severity = 'critical'`),
    'bugs.slaBreaches': count(bugIsLate(now)),
    'bugs.revenueAtRisk': {
      sql: ofOpenBugs(Prisma.sql`sum(b.revenue_impact)`),
      type: Prisma.sql`numeric`,
      nullable: true,
    },
  }
  return { ...sortableFields, ...figures }
}

/** The best return first, then by name. PostgreSQL counts bugs only for the rows of the page, after LIMIT. */
export function projectList({ filter, now, words = {}, allFlag }: ProjectList): List<Project> {
  const conditions = eachCondition(filter)
  return {
    columns: Prisma.sql`${projectColumns}, ${bugStatistics(now)} AS bugs, ${latestMetrics} AS "latestMetrics"`,
    from: Prisma.sql`projects p`,
    where: allOf(conditions),
    filters: filtersOf(conditions, words),
    ...(allFlag !== undefined && {
      withoutDefault: { where: allOf({ ...conditions, status: undefined }), flag: allFlag },
    }),
    sortable: sortableAt(now),
    order: [
      { field: 'roiScore', descending: true },
      { field: 'name', descending: false },
    ],
    id: { sql: Prisma.sql`p.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/** The columns of `projects p`; amounts are text, since a float would lose cents. */
const projectColumns = selectOf(projectTable, 'p', shownFields(projectTable, projectFields))

const latestMetrics = Prisma.sql`(
  SELECT jsonb_build_object(
    'date', m.date, 'commitsCount', ${measured('commits_count')}, 'contributors', ${measured('contributors')},
    'linesOfCode', ${measured('lines_of_code')}, 'techStack', m.tech_stack, 'healthScore', m.health_score)
  FROM project_metrics m
  WHERE m.project_id = p.id
  ORDER BY m.date DESC
  LIMIT 1)`

function eachCondition({ status, language, tag, text, ids }: ProjectFilter): Conditions {
  const pattern = `%${(text ?? '').replace(/[\\%_]/g, '\\$&')}%`
  return {
    status: status && Prisma.sql`p.status::text = ANY(${[...status]}::text[])`,
    language:
      language && Prisma.sql`lower(p.language) = ANY(${language.map((each) => each.toLowerCase())}::text[])`,
    tag: tag && Prisma.sql`p.tags && ${[...tag]}::text[]`,
    text: text ? Prisma.sql`(p.name ILIKE ${pattern} OR p.description ILIKE ${pattern})` : undefined,
    ids: ids && Prisma.sql`p.id = ANY(${[...ids]}::uuid[])`,
  }
}

/**
 * Counted only for the rows of the page, from two indexes: open bugs by project, and statuses by project. The second holds
 * every bug of a project: GROUP BY takes half the time of a FILTER for each status.
 */
function bugStatistics(now: Date): Prisma.Sql {
  const bySeverity = severities.map((each) => `'${each}', count(*) FILTER (WHERE b.severity = '${each}')`)
  return Prisma.sql`(
    SELECT jsonb_build_object(
      'open', count(*),
      'bySeverity', jsonb_build_object(${Prisma.raw(bySeverity.join(', '))}),
      'revenueAtRisk', round(sum(b.revenue_impact), 2)::text,
      'slaBreaches', count(*) FILTER (WHERE ${bugIsLate(now)}))
    FROM bugs b
    WHERE b.project_id = p.id AND ${bugIsOpen}
  ) || (
    SELECT jsonb_build_object('byStatus', ${noneOf(statuses)} || coalesce(jsonb_object_agg(s.status, s.n), '{}'))
    FROM (SELECT b.status, count(*) AS n FROM bugs b WHERE b.project_id = p.id GROUP BY b.status) s
  )`
}

function noneOf(words: readonly string[]): Prisma.Sql {
  return Prisma.raw(`'${JSON.stringify(Object.fromEntries(words.map((word) => [word, 0])))}'::jsonb`)
}
