import type { FindingSeverity } from '../../domain/delivery/risk.js'

/** What a tool found at one place. */
export interface Finding {
  severity: FindingSeverity
  /** `open`; `suppressed`: accepted by a person; `known`: found before, or no longer found. */
  state: 'open' | 'suppressed' | 'known'
  rule: string | null
  message: string | null
  path: string | null
  /** From 1. */
  line: number | null
}

/** Findings of one tool in one file, and the facts of its run that the file contains. */
export interface ToolRun {
  tool: string
  /** The commit that was reviewed. */
  sha: string | null
  endedAt: Date | null
  findings: Iterable<Finding>
}

type Fields = Readonly<Record<string, unknown>>

/** An object of untrusted JSON; an empty one for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

const longestText = 500

/** A text that PostgreSQL can store, cut to 500 characters; null for anything else and for an empty one. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null
  const clean = value.replaceAll('\u0000', '\ufffd')
  return clean.length > longestText
    ? `${clean.slice(0, longestText - 1).replace(/[\ud800-\udbff]$/, '')}…`
    : clean
}

export function wholeOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}

/** A moment since 1970; null for anything else. */
export function timeOf(value: unknown): Date | null {
  const time = typeof value === 'string' ? new Date(value) : null
  return time !== null && time.getTime() >= 0 ? time : null
}
