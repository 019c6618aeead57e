import { createHash } from 'node:crypto'
import { Prisma } from '../../engine/sql.js'

/*
 * The key of a tag is its name, which a confidential repository does not store: a digest stands for it. Once hidden it stays so,
 * whatever the level becomes, so that reports of either time are of one deployment.
 */

export function hiddenTag(repositoryId: string, name: string): string {
  return createHash('sha256').update(`${repositoryId} ${name}`).digest('hex')
}

/** The same in SQL, of a uuid and a text. */
export function hiddenTagSql(repositoryId: Prisma.Sql, name: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`encode(sha256(convert_to(${repositoryId}::text || ' ' || ${name}, 'UTF8')), 'hex')`
}
