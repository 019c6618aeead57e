import type { Db } from '../../engine/client.js'

/** Whether any repository is known: without one, figures of delivery say nothing. */
export async function hasRepositories(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<{ known: boolean }[]>`SELECT EXISTS (SELECT 1 FROM repositories) AS known`
  return row?.known ?? false
}
