import type { Db } from '../../engine/client.js'

/** Everybody and everything that a source of sessions may name. */
export interface Nameable {
  users: { id: string; email: string; name: string }[]
  projects: { id: string; name: string; githubUrl: string | null }[]
}

export async function findNameable(db: Db): Promise<Nameable> {
  return {
    users: await db.$queryRaw<
      Nameable['users']
    >`SELECT u.id::text, u.email, u.name FROM users u ORDER BY u.email`,
    projects: await db.$queryRaw<Nameable['projects']>`
      SELECT p.id::text, p.name, p.github_url AS "githubUrl" FROM projects p ORDER BY p.name, p.id`,
  }
}
