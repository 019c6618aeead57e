import type { RecordView } from '../../src/output/field.js'
import type { PrintOptions } from '../../src/output/print.js'
import { plain } from '../../src/output/style.js'

export interface Note {
  id: string
  severity: string
  score: number
  isBlocker: boolean
  author: { email: string; name: string } | null
  tags: string[]
  createdAt: Date | null
  title: string
  body: string | null
}

export const notes: RecordView<Note> = {
  name: 'note',
  plural: 'notes',
  shape: 'bug',
  fields: [
    { name: 'id', header: 'ID' },
    { name: 'severity', header: 'SEVERITY', text: (row, { style }) => style.danger(row.severity) },
    { name: 'score', header: 'SCORE', align: 'right' },
    { name: 'isBlocker', header: 'BLOCKER' },
    { name: 'author', header: 'AUTHOR', flat: (row) => row.author?.email ?? null, shrink: 2 },
    { name: 'author.name', header: 'NAME' },
    { name: 'tags', header: 'TAGS' },
    { name: 'createdAt', header: 'CREATED' },
    { name: 'title', header: 'TITLE', shrink: 1 },
    { name: 'body', header: 'BODY', shrink: 0 },
  ],
  defaults: ['id', 'severity', 'score', 'author', 'title'],
  id: (row) => row.id,
}

export function note(values: Partial<Note> = {}): Note {
  return {
    id: 'N-1',
    severity: 'high',
    score: 7,
    isBlocker: false,
    author: { email: 'ada@example.com', name: 'Ada' },
    tags: ['ui', 'web'],
    createdAt: new Date('2026-01-31T23:30:00Z'),
    title: 'Payment fails',
    body: null,
    ...values,
  }
}

export function printing(values: Partial<PrintOptions> = {}): PrintOptions {
  return {
    format: 'table',
    header: true,
    width: null,
    look: { now: new Date('2026-02-01T00:00:00Z'), zone: 'Europe/Berlin', style: plain },
    formulaGuard: false,
    ...values,
  }
}
