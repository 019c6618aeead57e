import type { FindingSeverity } from '../../domain/finding.js'
import type { Fix } from '../../shapes/health-check.js'

/** The result of a check. */
export type Verdict = Healthy | Faulty | Unknown

interface Healthy {
  status: 'ok'
  message: string
}

interface Unknown {
  status: 'unknown'
  /** Why. */
  message: string
  /** What would allow the check: a GRANT. */
  fix?: Remedy | undefined
}

interface Faulty {
  status: 'finding'
  /** At least one. */
  faults: readonly Fault[]
}

/** One kind of fault that a check has found. */
export interface Fault {
  severity: FindingSeverity
  message: string
  /** The faulty objects, by names that do not change between runs: a baseline lists them. */
  objects?: readonly string[] | undefined
  /** The number of objects, where there are too many to name. */
  count?: number | undefined
  /** Some of the objects, where they are only counted. */
  examples?: readonly string[] | undefined
  fix: Remedy
}

export interface Remedy {
  /** The command or step that repairs it. */
  command?: string | undefined
  /** Statements, without semicolons, that name their schema. */
  sql?: readonly string[] | undefined
  /** Whether `--fix` may run the statements: no row is lost and no session is blocked. */
  safe?: boolean | undefined
}

export function healthy(message: string): Healthy {
  return { status: 'ok', message }
}

export function unknown(message: string, fix?: Remedy): Unknown {
  return { status: 'unknown', message, fix }
}

/** The faults, if there are any; otherwise the message of a healthy database. */
export function faulty(faults: readonly (Fault | null)[], message: string): Verdict {
  const found = faults.filter((fault) => fault !== null)
  return found.length === 0 ? healthy(message) : { status: 'finding', faults: found }
}

/** A fault of these objects; none if there are no objects. */
export function faultOf(objects: readonly string[], fault: Omit<Fault, 'objects' | 'count'>): Fault | null {
  return objects.length === 0 ? null : { ...fault, objects }
}

/**
 * If some faults can be repaired safely and others cannot, the fix is that of the safe ones; the next run shows the
 * rest.
 */
export function remedyOf(faults: readonly Fault[]): Remedy {
  const fixes = faults.map(({ fix }) => fix)
  const safe = fixes.filter((fix) => fix.safe)
  const chosen = safe.length > 0 ? safe : fixes
  const commands = [...new Set(chosen.flatMap(({ command }) => command ?? []))]
  return {
    command: commands.length === 0 ? undefined : commands.join('; '),
    // Several begin with the same search path.
    sql: [...new Set(chosen.flatMap(({ sql = [] }) => sql))],
    safe: safe.length > 0,
  }
}

/** As it is printed. */
export function fixOf({ command, sql = [], safe = false }: Remedy): Fix {
  return {
    command: command ?? null,
    sql: sql.length === 0 ? null : sql.map((statement) => `${statement};`).join('\n'),
    safe,
  }
}
