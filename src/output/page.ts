import type { BugSeverity } from '../domain/bug.js'

/** A page for people, before it is written as HTML or as Markdown. Its texts may hold anything: both escape them. */
export interface PageContent {
  title: string
  /** What it is about and of when, in a line. */
  subtitle: string
  sections: readonly Section[]
}

export interface Section {
  /** The anchor of the table of contents: `sla`. */
  id: string
  title: string
  blocks: readonly Block[]
  /** On a dashboard: columns, of which there are 12, and rows from the upper left corner. Every section has one, or none. */
  place?: { x: number; y: number; w: number; h: number }
}

export type Block =
  /** How to read the section, or why it is empty. */
  | { kind: 'note'; text: string }
  | { kind: 'sentences'; sentences: readonly string[] }
  /** `prominent` for the few that the page is about. */
  | { kind: 'figures'; figures: readonly FigureCard[]; prominent?: true }
  /** The table holds the same numbers: for those who do not see the drawing, and where nothing can be drawn. */
  | { kind: 'chart'; chart: Chart; table: PageTable }
  | { kind: 'table'; table: PageTable }

export interface FigureCard {
  title: string
  value: string
  unit: string
  change: FigureTrend | null
  /** What it was made from: `n = 12`. */
  remark: string
  severity?: BugSeverity | undefined
}

/** How a figure changed, in words, or that it cannot be compared. */
export interface FigureTrend {
  direction: 'up' | 'down' | null
  text: string
  /** Null where neither way is an improvement, or nothing changed. */
  verdict: 'better' | 'worse' | null
}

/** What is drawn. Every series has a value for each category; null where there is no data. */
export interface Chart {
  kind: 'bars' | 'stacked' | 'areas' | 'lines' | 'horizontal'
  /** What it shows, and in what unit. */
  label: string
  categories: readonly string[]
  series: readonly { name: string; values: readonly (number | null)[]; severity?: BugSeverity }[]
}

export interface PageTable {
  caption: string
  columns: readonly { header: string; align?: 'right' }[]
  rows: readonly (readonly Cell[])[]
}

export type Cell = string | LinkedCell | SeverityCell | ShadedCell

interface LinkedCell {
  text: string
  /** Of http or https, percent-encoded. */
  href: string
}

interface SeverityCell {
  text: string
  severity: BugSeverity
}

/** Of a heatmap. */
interface ShadedCell {
  text: string
  /** From 0 to 1, the most. */
  shade: number
}
