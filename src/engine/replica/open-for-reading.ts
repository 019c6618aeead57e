import type { Database } from '../database.js'
import { open, type DatabaseSettings } from '../open.js'
import { mayMove, objectionTo, openStandby, readingBy, reasonOf, type Reading } from './standby.js'

/**
 * Opens the database for a command that only reads: its standby where one is set, which must have the user's own writes and
 * must not be too far behind; otherwise, and as soon as the standby fails, the primary. The callbacks report which.
 *
 * @throws CtoError NOT_CONFIGURED where the server is no standby; what `open` throws
 */
export async function openForReading(settings: DatabaseSettings, reading: Reading): Promise<Database> {
  const replica = settings.at.engine === 'postgresql' ? settings.at.server.replica : null
  if (!replica) return open(settings, 'read')
  const openPrimary = (reason: string) => {
    reading.onPrimary(reason)
    return open(settings, 'read')
  }
  let database: Database
  try {
    database = await openStandby(settings, replica)
  } catch (error) {
    if (mayMove(error)) return openPrimary(reasonOf(error))
    throw error
  }
  const objection = await objectionTo(database, replica, reading).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  if (objection === null) return movingTo(openPrimary, database)
  await database.close()
  return openPrimary(objection)
}

/** The standby, until it fails: then the work that failed is done again on the primary, and all that follows. */
function movingTo(openPrimary: (reason: string) => Promise<Database>, replica: Database): Database {
  let current = replica
  const moving = readingBy(async (work, mayRepeat) => {
    try {
      return await work(current)
    } catch (error) {
      if (current !== replica || !mayRepeat() || !mayMove(error)) throw error
      current = await openPrimary(reasonOf(error))
      return work(current)
    }
  }, replica)
  return {
    ...moving,
    close: async () => {
      if (current !== replica) await current.close()
      await replica.close()
    },
  }
}
