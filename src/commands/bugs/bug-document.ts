import { severities } from '../../domain/bug.js'
import { isUnseen } from '../../domain/text.js'
import { readRecord, toRecord, type Complain } from './bug-record.js'
import type { FieldOptions } from './fields.js'

/**
 * A bug as text: fields between two lines of three dashes, `name: value` each, and the description below in Markdown.
 * Templates are written so, editors are given it, and what could not be saved is kept so.
 */
export function parseDocument(
  text: string,
  complain: Complain,
  comments: 'all' | 'ours' = 'all',
): FieldOptions {
  const normal = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const [, head = '', rest = normal] = /^---\n(.*?)^---[ \t]*(?:\n|$)(.*)$/ms.exec(normal) ?? []
  const record: Record<string, unknown> = {}
  for (const [i, line] of head.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, name, text] = /^([A-Za-z]+):(.*)$/.exec(line) ?? []
    const value = text?.trim()
    if (name === undefined || value === undefined) complain(`line ${i + 2} is no "name: value"`)
    else if (Object.hasOwn(record, name)) complain(`${name} is there twice`)
    // A name with nothing behind it is a place to fill in.
    else if (value !== '') record[name] = valueOf(value)
  }
  const description = withoutComments(rest, comments).trim()
  if (description !== '') record['description'] = description
  return readRecord(record, complain)
}

/** Text that `parseDocument` reads back, with a place for what people mostly fill in. */
export function formatDocument(options: FieldOptions, advice: readonly string[]): string {
  const { description, ...fields } = toRecord(options)
  const blank = { title: '', severity: '', project: '', assignedTo: '', isBlocker: '', revenueImpact: '' }
  const lines = Object.entries({ ...blank, ...fields }).flatMap(([name, value]) => [
    ...(name === 'severity' ? [`# ${severities.join(', ')}`] : []),
    ...(name === 'assignedTo' ? ['# an email, its local part, or @me'] : []),
    ...(name === 'revenueImpact' ? ['# money lost per day'] : []),
    `${name}: ${written(value)}`.trimEnd(),
  ])
  const comment = [`<!-- cto:`, ...advice, `-->`].join('\n')
  return [
    '---',
    ...lines,
    '---',
    '',
    ...(typeof description === 'string' ? [description, ''] : ['']),
    comment,
    '',
  ].join('\n')
}

/** Whether the text was emptied, which cancels the edit. */
export function isBlank(options: FieldOptions): boolean {
  return isUnseen(options.title ?? '') && isUnseen(options.description ?? '')
}

function valueOf(text: string): unknown {
  if (text.toLowerCase() === 'none') return null
  if (!text.startsWith('"')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** In quotes where a line could not hold it, or would be read as something else. */
function written(value: unknown): string {
  if (value === null) return 'none'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const isPlain = !/[\n\r\u2028\u2029]/.test(text) && !text.startsWith('"') && text.trim() === text
  return isPlain && text.toLowerCase() !== 'none' ? text : JSON.stringify(text)
}

/** New texts lose every comment; existing descriptions only the one that cto added. */
function withoutComments(text: string, comments: 'all' | 'ours'): string {
  return text.replace(comments === 'all' ? /<!--.*?-->\n?/gs : /<!-- cto:\n.*?^-->\n?/gms, '')
}
