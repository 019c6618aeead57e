/*
 * Errors of a cluster (Citus). Its coordinator reports some errors of a worker as internal ones: the message is the worker's,
 * the SQLSTATE is not. Tables and constraints of workers are named as ours, followed by the number of a shard.
 */

export const internalError = 'XX000'

const messages: readonly (readonly [RegExp, string])[] = [
  [/duplicate key value/, '23505'],
  [/new row for relation/, '23514'],
  [/insert or update on table/, '23503'],
  [/index row /, '54000'],
  [/SSL SYSCALL error|could not commit/, '08006'],
]

/** The SQLSTATE of an error that was reported as internal; null for a message that workers are not known to send. */
export function sqlStateOfWorker(message: string): string | null {
  return messages.find(([pattern]) => pattern.test(message))?.[1] ?? null
}

/** Numbers of shards begin at 102008. No name of ours ends in six digits. */
export function withoutShard(text: string): string {
  return text.replace(/_\d{6,}(?="|$)/g, '')
}
