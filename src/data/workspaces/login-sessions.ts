import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '../../engine/client.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import type { Database } from '../../engine/database.js'
import { loginOf } from '../../engine/registry/entrance.js'
import { Prisma } from '../../engine/sql.js'
import { CtoError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import { getOperator, membership } from './operator.js'

type Named = Pick<Workspace, 'schemaName' | 'domain'>

/** End the sessions of the role as which they are run, all at once, and wait for that. */
export const endings = [
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user',
  'SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = current_user',
]

const mostRounds = 20
const pauseMs = 100

/**
 * Ends the sessions of a login that was shut out, once that is stored: until then the login could connect again. Two rounds in a row
 * must find none, since a session is listed only after it has logged in.
 *
 * @throws CtoError LOCKED where some do not end
 */
export async function endSessionsOfShutOut(
  { write, tables: { signal } }: Pick<Database, 'write' | 'tables'>,
  workspace: Named,
): Promise<void> {
  for (let round = 1, quiet = 0; quiet < 2; round++) {
    if (round > mostRounds) {
      throw new CtoError('LOCKED', `sessions of the login of ${workspace.domain} do not end`, {
        hint: `cto workspaces doctor ${workspace.domain} --repair`,
      })
    }
    quiet = (await write((tx) => endSessions(tx, workspace))) === 0 ? quiet + 1 : 0
    if (quiet < 2) await sleep(pauseMs, undefined, { signal })
  }
}

/** Ends the sessions of a login and waits for that, so that they hold no lock on its role. Returns their number. */
export async function endSessions(db: Db, workspace: Pick<Workspace, 'schemaName'>): Promise<number> {
  return asLogin(db, workspace, async () => {
    let ended = 0
    for (const statement of endings) ended = (await db.$queryRaw<unknown[]>(Prisma.raw(statement))).length
    return ended
  })
}

/** An operator who is no superuser may end sessions, and drop objects, only of a role as which it acts. */
export async function asLogin<T>(
  db: Db,
  { schemaName }: Pick<Workspace, 'schemaName'>,
  work: () => Promise<T>,
): Promise<T> {
  const { isSuperuser, version } = await getOperator(db)
  const login = quoteIdentifier(loginOf(schemaName))
  const run = (statement: string) => db.$executeRaw(Prisma.raw(statement))
  if (!isSuperuser) await run(membership(login, 'SESSION_USER', version))
  await run(`SET LOCAL ROLE ${login}`)
  const result = await work()
  await run('SET LOCAL ROLE NONE')
  if (!isSuperuser) await run(`REVOKE ${login} FROM SESSION_USER`)
  return result
}
