import { beat, beatMs, forgetBeats } from '../data/imports/running-imports.js'
import type { Database } from '../engine/database.js'

/** Runs an import of many transactions, and shows others that it runs, also while it waits for a source. */
export async function whileRunning<T>(
  database: Database,
  importId: string,
  work: () => Promise<T>,
): Promise<T> {
  await database.write(async (tx) => {
    await beat(tx, importId)
    await forgetBeats(tx, importId)
  })
  const timer = setInterval(() => {
    // A beat that fails is a beat that is missing; the import's own writes report what is wrong.
    database.write((tx) => beat(tx, importId)).catch(() => {})
  }, beatMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
