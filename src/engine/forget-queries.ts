import { clearLogs } from '@prisma/debug'

/**
 * Prisma's adapter keeps its last hundred queries with all their parameters, for its error reports: in an import
 * that is half a gigabyte. Call this between batches.
 */
export function forgetQueries(): void {
  clearLogs()
}
