import { appendFileSync, renameSync, statSync } from 'node:fs'
import { toJsonLine } from '../output/json.js'

/** Bytes of one file; one older file is kept. */
const mostBytes = 10_000_000

export interface SlowQuery {
  at: Date
  /** `cto bugs list` */
  command: string
  pid: number
  durationMs: number
  sql: string
}

/** Appends a line of JSON; a full file becomes `<file>.1`. Only its owner may read what it creates. */
export function appendToSlowLog(file: string, query: SlowQuery): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size >= mostBytes) renameSync(file, `${file}.1`)
  appendFileSync(file, toJsonLine(query), { mode: 0o600 })
}
