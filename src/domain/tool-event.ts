import type { ToolCategory } from './session.js'

/** The figures of an event that may come in several parts. Null: unknown. */
export const eventFigures = [
  'durationMs',
  'memoryUsageMb',
  'cpuTimeMs',
  'outputSizeBytes',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
] as const

export type EventFigure = (typeof eventFigures)[number]

/**
 * All figures, each as `read` gives it. Spread them last: V8 takes 10 µs for an object that spreads first and then adds as many
 * fields, and 0.1 µs for the other order.
 */
export function figuresOf(read: (figure: EventFigure) => number | null): Record<EventFigure, number | null> {
  return {
    durationMs: read('durationMs'),
    memoryUsageMb: read('memoryUsageMb'),
    cpuTimeMs: read('cpuTimeMs'),
    outputSizeBytes: read('outputSizeBytes'),
    inputTokens: read('inputTokens'),
    outputTokens: read('outputTokens'),
    cacheReadTokens: read('cacheReadTokens'),
    cacheWriteTokens: read('cacheWriteTokens'),
  }
}

/** A call of a tool, or a message of a model. */
export interface ToolEvent extends Record<EventFigure, number | null> {
  /** Unique within its source. */
  key: string
  /** The source's id of the session. */
  session: string
  toolName: string
  toolCategory: ToolCategory
  at: Date
  isError: boolean
  /** 1, unless the source only counts. */
  executionCount: number
  /** A decimal with at most six digits behind the point. */
  costUsd: string | null
  /** When the report was made that counts it, in ISO 8601, where newer reports replace older ones. */
  version?: string | null
}

/**
 * Two reports of one event. Commutative and associative, so that files may come in any order: the first time, the maxima of
 * the figures, and of the sessions that tell it, since a resumed one copies history, the smaller one with its names. Of two
 * reports, the newer one.
 */
export function mergeEvents(a: ToolEvent, b: ToolEvent): ToolEvent {
  if (a.version && b.version && a.version !== b.version) return a.version > b.version ? a : b
  const named = nameOf(a) <= nameOf(b) ? a : b
  return {
    ...named,
    ...figuresOf((figure) => greatest(a[figure], b[figure])),
    at: a.at <= b.at ? a.at : b.at,
    isError: a.isError || b.isError,
    executionCount: Math.max(a.executionCount, b.executionCount),
    costUsd: greatestCost(a.costUsd, b.costUsd),
  }
}

/** Whether they differ in anything that is stored. */
export function areDifferent(a: ToolEvent, b: ToolEvent): boolean {
  return (
    nameOf(a) !== nameOf(b) ||
    a.at.getTime() !== b.at.getTime() ||
    a.isError !== b.isError ||
    a.executionCount !== b.executionCount ||
    Number(a.costUsd ?? -1) !== Number(b.costUsd ?? -1) ||
    eventFigures.some((figure) => a[figure] !== b[figure])
  )
}

function nameOf({ session, toolName, toolCategory }: ToolEvent): string {
  return [session, toolName, toolCategory].join('\0')
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

function greatestCost(a: string | null, b: string | null): string | null {
  return a === null ? b : b === null ? a : Number(a) >= Number(b) ? a : b
}
