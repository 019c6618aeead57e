import type { Db } from '../../engine/client.js'
import { UsageError } from '../../errors.js'
import { ambiguous } from '../names.js'

interface Abbreviated {
  repositoryId: string
  /** Hexadecimal, in lower case. */
  sha: string
}

export interface CompleteSha {
  sha: string
  /** Whether the commit itself is stored; a whole SHA may be that of a commit that no source has reported yet. */
  isKnown: boolean
}

/** The whole SHA of a commit or pull request of the repository. @throws UsageError, CtoError AMBIGUOUS */
export async function completeSha(db: Db, { repositoryId, sha }: Abbreviated): Promise<CompleteSha> {
  const found = await db.$queryRaw<CompleteSha[]>`
    SELECT sha, bool_or(is_commit) AS "isKnown"
    FROM (
      SELECT sha, true AS is_commit FROM commits WHERE repository_id = ${repositoryId}::uuid
      UNION ALL
      SELECT unnest(ARRAY[head_sha, merge_sha]), false FROM pull_requests WHERE repository_id = ${repositoryId}::uuid
    ) AS known
    WHERE starts_with(sha, ${sha})
    GROUP BY sha
    ORDER BY sha
    LIMIT 9`
  if (sha.length >= 40) return found.find((each) => each.sha === sha) ?? { sha, isKnown: false }
  const [first] = found
  if (!first) {
    throw new UsageError(`no known commit of the repository has a SHA that begins with "${sha}"`, {
      hint: `name the whole SHA, which git rev-parse ${sha} prints`,
    })
  }
  if (found.length === 1) return first
  const labels = found.map((each) => each.sha)
  throw ambiguous('commits', { name: sha, labels, isBeginning: true, hint: 'name more of the SHA' })
}
