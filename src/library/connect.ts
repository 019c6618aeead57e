import { describeDatabase } from '../admin/describe.js'
import { assess, probed, unhealthy } from '../admin/health.js'
import { chooseChecks } from '../admin/doctor/checks.js'
import { patientOf } from '../admin/doctor/patient.js'
import { getByName } from '../data/names.js'
import type { Actor } from '../data/audit/audit.js'
import type { Db } from '../engine/client.js'
import { open, type DatabaseSettings } from '../engine/open.js'
import { besideStandby } from '../engine/replica/beside-standby.js'
import { CtoError } from '../errors.js'
import type { Changes, Cto, Questions } from './api.js'
import { changesIn } from './changes.js'
import { questionsOver } from './questions.js'

interface Connect {
  settings: DatabaseSettings
  /** The name of the acting user. */
  user: string | undefined
  /** `cto/<version>`, for the audit log. */
  userAgent: string
  /** Of the user's own writes, which a standby must have. */
  ownWrites: string
  onReadFromPrimary: ((reason: string) => void) | undefined
}

/** Opens the database and checks that its tables fit. @throws CtoError */
export async function connectWith({ settings, user, userAgent, ...reading }: Connect): Promise<Cto> {
  const { now } = settings
  const primary = await open(settings, settings.readOnly ? 'read' : 'write')
  const database = await besideStandby(primary, settings, {
    folder: reading.ownWrites,
    onReplica: () => {},
    onPrimary: (reason) => reading.onReadFromPrimary?.(reason),
  }).catch(async (error: unknown) => {
    await primary.close()
    throw error
  })
  const actorIn = async (tx: Db): Promise<Actor> => ({
    userId: user === undefined ? null : (await getByName(tx, 'user', user)).id,
    userAgent,
    now: now(),
    clock: now,
  })
  const write = <T>(work: (tx: Questions & Changes) => Promise<T>): Promise<T> =>
    database.write(async (tx) => {
      const questions = questionsOver((ask) => ask(tx), now)
      return work({ ...questions, ...changesIn(tx, await actorIn(tx)) })
    })
  return {
    ...questionsOver((work) => database.read(work), now),
    read: (work) =>
      database.snapshot((tx) => work(questionsOver((ask) => ask(tx), now)), { mayRepeat: () => true }),
    write,
    batch: (works) =>
      write(async (tx) => {
        const results = []
        for (const work of works) results.push(await work(tx))
        return results
      }),
    health: async () => {
      const at = now()
      try {
        const patient = patientOf(primary, { settings, deep: false, now: at })
        return await assess(primary, { patient, checks: chooseChecks({ only: probed }), now: at })
      } catch (error) {
        if (!(error instanceof CtoError) || !error.retryable) throw error
        return unhealthy({ target: primary.target, error, now: at })
      }
    },
    info: () => describeDatabase(primary),
    counters: () => database.counters(),
    close: () => database.close(),
  }
}
