import { readFile } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import type { PGlite } from '@electric-sql/pglite'

export interface StartOptions {
  /** Absent: in memory. */
  dataDir?: string
  /** What a new data folder starts from. */
  loadDataDir?: Blob | undefined
  /** Imports and other long work need the optimising compiler; short commands need a fast start. */
  longWork: boolean
}

/** What is used of PGlite, wherever it runs. */
export type RunningPglite = Pick<PGlite, 'waitReady' | 'execProtocolStream' | 'exec' | 'close'>

/** Starts PostgreSQL on this thread. */
export async function startPglite({ dataDir, loadDataDir, longWork }: StartOptions): Promise<PGlite> {
  // Measured: opening takes 0.3 s instead of 0.5 s, but the code is not optimised.
  if (!longWork) setFlagsFromString('--liftoff-only --wasm-lazy-compilation')
  const [{ PGlite }, { pg_trgm }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
  ])
  return PGlite.create({
    extensions: { pg_trgm },
    relaxedDurability: false,
    ...(dataDir !== undefined && { dataDir }),
    ...(loadDataDir && { loadDataDir }),
  })
}

/** The dumped, migrated data folder that the build made. */
export async function readTemplate(file: string): Promise<Blob> {
  return new Blob([await readFile(file)], { type: 'application/x-gzip' })
}
