import type { Db } from '../../engine/client.js'

/** Whether any session is known: without one, figures of sessions say nothing. */
export async function hasSessions(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<
    { known: boolean }[]
  >`SELECT EXISTS (SELECT 1 FROM metrics_sessions) AS known`
  return row?.known ?? false
}
