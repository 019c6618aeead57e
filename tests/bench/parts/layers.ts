import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { findBugs, getNamedBug } from '../../../src/data/bugs/bugs.js'
import { getKpis } from '../../../src/data/metrics/kpis.js'
import { openStatuses } from '../../../src/domain/bug.js'
import { PrismaClient } from '../../../src/engine/generated/client.js'
import type { Ground } from '../ground.js'
import { openBench } from '../open.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, warmUps, type Contestant } from '../turns.js'
import { prepareWorld, type World } from '../world.js'

const part = 'layers'

interface Comparison {
  name: string
  ours: () => Promise<unknown>
  /** By hand, through `pg`. The data layer may take 1.5 × as long. */
  sql: () => Promise<unknown>
  /** As one would write it first; absent where Prisma has no such query. */
  prisma?: () => Promise<unknown>
}

/** The data layer beside SQL written by hand, and beside the form of Prisma that comes to mind first. */
export async function timeLayers({ url, rounds }: Ground): Promise<Line[]> {
  const database = await openBench(url, { readOnly: true })
  const pool = new pg.Pool({ connectionString: url })
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
  try {
    const lines: Line[] = []
    const world = await prepareWorld(database)
    for (const { name, ours, sql, prisma: obvious } of comparisons(world, { database, pool, prisma })) {
      const sides: Contestant[] = [
        { name, run: ours },
        { name: `${name}: SQL by hand`, run: sql },
        ...(obvious ? [{ name: `${name}: Prisma's first form`, run: obvious }] : []),
      ]
      const times = await inTurn(sides, rounds, warmUps(rounds))
      const [mine = [], byHand = []] = times
      lines.push(
        ...sides.map((side, index) =>
          lineOf(
            {
              part,
              name: side.name,
              unit: 'ms',
              ...(index === 0 && {
                against: { name: 'SQL by hand', ratio: median(mine) / median(byHand) },
                promise: { atMost: 1.5 },
              }),
            },
            times[index] ?? [],
          ),
        ),
      )
    }
    return lines
  } finally {
    await Promise.all([database.close(), pool.end(), prisma.$disconnect()])
  }
}

interface Sides {
  database: Awaited<ReturnType<typeof openBench>>
  pool: pg.Pool
  prisma: PrismaClient
}

function comparisons(world: World, { database, pool, prisma }: Sides): Comparison[] {
  const { now } = world
  let n = 0
  const number = () => world.numbers[n++ % world.numbers.length] ?? ''
  const project = () => world.projects[n++ % world.projects.length] ?? ''
  const filter = (id: string) => ({
    status: { values: openStatuses, none: false, negate: false },
    project: { values: [id], none: false, negate: false },
  })
  // All sides read the same record: people, project, the bug that it duplicates, and its duplicates.
  const joined = `SELECT b.*, a.email, a.name AS assignee_name, c.email AS creator_email, c.name AS creator_name, p.name AS project_name,
      o.bug_number AS original_number, ARRAY(SELECT bug_number FROM bugs d WHERE d.duplicate_of_id = b.id) AS duplicates
    FROM bugs b LEFT JOIN users a ON a.id = b.assigned_to_id LEFT JOIN users c ON c.id = b.created_by_id
    LEFT JOIN projects p ON p.id = b.project_id LEFT JOIN bugs o ON o.id = b.duplicate_of_id`
  const include = {
    assignedTo: true,
    createdBy: true,
    project: true,
    duplicateOf: true,
    duplicates: true,
  } as const
  const where = (id: string) => ({ projectId: id, status: { in: [...openStatuses] } })
  return [
    {
      name: 'one bug by its number',
      ours: () => database.read(async (db) => getNamedBug(db, { name: number(), now })),
      sql: () => pool.query(`${joined} WHERE b.bug_number = $1`, [number()]),
      prisma: () => prisma.bug.findUnique({ where: { bugNumber: number() }, include }),
    },
    {
      name: '50 open bugs of a project',
      ours: () =>
        database.read((db) =>
          findBugs(db, {
            filter: filter(project()),
            sort: [{ field: 'priorityScore', descending: true }],
            limit: 50,
            now,
          }),
        ),
      sql: () =>
        pool.query(
          `${joined} WHERE b.project_id = $1 AND b.status::text = ANY($2) ORDER BY b.priority_score DESC, b.id LIMIT 50`,
          [project(), openStatuses],
        ),
      prisma: async () => {
        const id = project()
        await prisma.bug.count({ where: where(id) })
        await prisma.bug.findMany({
          where: where(id),
          include,
          orderBy: [{ priorityScore: 'desc' }, { id: 'asc' }],
          take: 50,
        })
      },
    },
    {
      name: 'KPIs',
      ours: () => database.read((db) => getKpis(db, { filter: {}, now })),
      sql: () =>
        pool.query(
          `SELECT severity, count(*), count(*) FILTER (WHERE is_blocker), count(*) FILTER (WHERE sla_due_at < $1), sum(revenue_impact)
           FROM bugs WHERE status IN ('pending', 'in_progress', 'verified') GROUP BY severity`,
          [now],
        ),
    },
  ]
}
