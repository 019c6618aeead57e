import type { Db } from '../../engine/client.js'

/** Whether any bug is stored: without one, counts of bugs are 0 and say nothing. */
export async function hasBugs(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<{ known: boolean }[]>`SELECT EXISTS (SELECT 1 FROM bugs) AS known`
  return row?.known ?? false
}
