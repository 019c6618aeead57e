import { createHash } from 'node:crypto'

import type { ImportType } from '../../domain/kinds.js'
import type { Mapping } from './mapping.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import { isBlank } from '../spelling.js'
import { isNoKey, keyFault, keyIn } from '../validate/keys.js'

/** Returns the key of a record in its source; empty if it has none. */
export type KeyOf = (cells: readonly string[]) => string

/** The source of the identity, for the report. */
export type KeyKind = 'column' | 'columns' | 'content'

/**
 * Bugs are identified by externalId, by the columns of `--key`, or else by their whole content; projects by
 * githubUrl, else name; people by email; days by project and date.
 */
export function keyReader(type: ImportType, mapping: Mapping): { keyOf: KeyOf; kind: KeyKind } {
  const first = (field: string): KeyOf => {
    const constant = mapping.constants.get(field)
    const positions = mapping.positions.get(field) ?? []
    return (cells) => {
      const found = positions.find((position) => !isNoKey(cells[position] ?? ''))
      return constant ?? (found === undefined ? '' : undamaged(keyIn(cells[found] ?? '')))
    }
  }
  if (type === 'users') {
    const email = first('email')
    return { keyOf: (cells) => email(cells).toLowerCase(), kind: 'column' }
  }
  if (type === 'projects') {
    const [url, name] = [first('githubUrl'), first('name')]
    return {
      keyOf: (cells) => {
        const text = url(cells)
        return text === '' ? name(cells).toLowerCase() : (githubUrlOrNull(text) ?? text.toLowerCase())
      },
      kind: 'column',
    }
  }
  if (type === 'metrics') {
    const [project, date] = [first('project'), first('date')]
    return {
      keyOf: (cells) => {
        const [name, day] = [project(cells), date(cells)]
        return name === '' || day === '' ? '' : `${githubUrlOrNull(name) ?? name.toLowerCase()} ${day}`
      },
      kind: 'columns',
    }
  }
  if (mapping.key.length > 0) return { keyOf: (cells) => joined(cells, mapping.key), kind: 'columns' }
  if (mapping.positions.has('externalId')) return { keyOf: first('externalId'), kind: 'column' }
  return { keyOf: contentHash, kind: 'content' }
}

/** `repo:12`. Parts are escaped, so that different records never get the same key. */
function joined(cells: readonly string[], positions: readonly number[]): string {
  const parts = positions.map((position) => keyIn(cells[position] ?? ''))
  const isDamaged = parts.some((part) => !isBlank(part) && (isNoKey(part) || keyFault(part) !== null))
  return isDamaged || parts.every((part) => part === '')
    ? ''
    : parts.map((part) => part.replace(/[\\:]/g, '\\$&')).join(':')
}

/** The text, or empty if a spreadsheet has damaged the key. */
function undamaged(text: string): string {
  return keyFault(text) === null ? text : ''
}

function contentHash(cells: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(cells)).digest('hex')
  return `content:${hash.slice(0, 32)}`
}
