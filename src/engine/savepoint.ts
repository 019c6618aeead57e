import type { Db } from './client.js'

/** Runs `work` in a savepoint. A failure rolls back to it, leaves the transaction usable, and is rethrown. */
export async function inSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`SAVEPOINT attempt`
  try {
    const result = await work()
    await tx.$executeRaw`RELEASE SAVEPOINT attempt`
    return result
  } catch (error) {
    await rollBack(tx).catch(() => {
      // The connection itself failed, and the first error gives the reason.
      throw error
    })
    throw error
  }
}

async function rollBack(tx: Db): Promise<void> {
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`
  await tx.$executeRaw`RELEASE SAVEPOINT attempt`
}
