import { NotFoundError } from '../errors.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'
import { getNamed, type Named, type NamedRows } from './names.js'

const repositories: NamedRows = {
  word: 'repository',
  plural: 'repositories',
  table: 'repositories',
  nameField: 'fullName',
  listedBy: 'cto repos list',
  // One that took the name of another comes before it.
  ways: (wanted, name) => [
    Prisma.sql`(id::text = lower(${wanted}) OR (lower(${name}) = lower(${wanted}) AND gone_at IS NULL))`,
    Prisma.sql`(lower(url) = lower(${wanted}) OR lower(split_part(${name}, '/', 2)) = lower(${wanted})) AND gone_at IS NULL`,
    Prisma.sql`lower(${wanted}) = ANY(ARRAY(SELECT lower(previous) FROM unnest(previous_names) previous))`,
    Prisma.sql`lower(${name}) = lower(${wanted})`,
  ],
}

/** By `owner/name`, name alone if it is unique, address, a name that it had before, or id. @throws NotFoundError, CtoError AMBIGUOUS */
export function getRepositoryByName(db: Db, name: string): Promise<Named> {
  return getNamed(db, repositories, name)
}

/** @throws NotFoundError */
export async function getPullRequestId(
  db: Db,
  { repository, number }: { repository: Named; number: number },
): Promise<string> {
  const [found] = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM pull_requests WHERE repository_id = ${repository.id}::uuid AND number = ${number}`
  if (found) return found.id
  throw new NotFoundError(`no pull request #${number} of ${repository.name}`, {
    hint: 'leave out --pr, or bring it in first: cto repos sync, cto events ingest',
  })
}
