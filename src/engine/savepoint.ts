import type { Db } from './client.js'

/** Takes back what the work wrote where it fails, and leaves the transaction fit to go on. Throws what the work throws. */
export async function inSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  await tx.$executeRaw`SAVEPOINT attempt`
  try {
    const result = await work()
    await tx.$executeRaw`RELEASE SAVEPOINT attempt`
    return result
  } catch (error) {
    await rollBack(tx).catch(() => {
      // The connection itself is what failed, and the first to notice says why.
      throw error
    })
    throw error
  }
}

async function rollBack(tx: Db): Promise<void> {
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`
  await tx.$executeRaw`RELEASE SAVEPOINT attempt`
}
