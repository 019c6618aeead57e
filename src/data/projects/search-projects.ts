import type { FoundProject } from '../../shapes/project.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { List } from '../../engine/list.js'
import { trigramOperators } from '../../engine/schema/trigram.js'
import { projectList } from './projects.js'

interface SearchProjects {
  /** In lower case, only letters and digits; at least one. */
  words: readonly string[]
  /** The moment at which SLA breaches are evaluated. */
  now: Date
}

/** The weights of a match in a tag, in the description, and inside another word. */
const inTag = 0.9
const inDescription = 0.6
const insideWord = 0.95

/** The similarity of a word with one slip to the correct word; two merely similar words share less. */
const leastAlike = 0.35

/**
 * The projects whose name, tags or description contain the words, tolerating typos: the best first, then by name. Reads
 * every project: there are hundreds, not hundreds of thousands.
 */
export async function projectSearch(db: Db, { words, now }: SearchProjects): Promise<List<FoundProject>> {
  const { wordSimilarity } = await trigramOperators(db)
  // One or two letters match only as a whole word, since many words contain them.
  const like = (text: Prisma.Sql) => Prisma.sql`
    CASE
      WHEN length(w.word) > 2 THEN greatest(
        ${wordSimilarity}(w.word, lower(${text}))::numeric,
        CASE WHEN strpos(lower(${text}), w.word) > 0 THEN ${insideWord}::numeric END)
      WHEN ${wordSimilarity}(w.word, lower(${text})) = 1 THEN 1
      ELSE 0
    END`
  const list = projectList({ filter: {}, now })
  return {
    id: list.id,
    columns: Prisma.sql`${list.columns}, f.score::float8 AS score`,
    from: Prisma.sql`
      projects p
      CROSS JOIN LATERAL (
        SELECT round(avg(greatest(m.name, ${inTag}::numeric * m.tag, ${inDescription}::numeric * m.description)), 4) AS score,
          min(greatest(m.name, m.tag, m.description)) AS worst
        FROM unnest(${[...words]}::text[]) AS w(word)
        CROSS JOIN LATERAL (
          SELECT
            ${like(Prisma.sql`p.name`)} AS name,
            ${like(Prisma.sql`array_to_string(p.tags, ' ')`)} AS tag,
            ${like(Prisma.sql`coalesce(p.description, '')`)} AS description
        ) m
      ) f`,
    where: Prisma.sql`f.worst >= ${leastAlike}::numeric`,
    sortable: {
      ...list.sortable,
      score: { sql: Prisma.sql`f.score`, type: Prisma.sql`numeric`, nullable: false },
    },
    order: [
      { field: 'score', descending: true },
      { field: 'name', descending: false },
    ],
  }
}
