import { createHash } from 'node:crypto'

import type { ImportType } from '../validate/imported.js'
import type { Mapping } from './mapping.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import { isBlank } from '../spelling.js'

/** What names a record in its file; empty where it should have a name and has none. */
export type KeyOf = (cells: readonly string[]) => string

/** Where the identity comes from, for the report. */
export type KeyKind = 'column' | 'columns' | 'content'

/**
 * Bugs are named by externalId, by the columns of `--key`, or else by their whole content; projects by
 * githubUrl, else name; people by email.
 */
export function keyReader(type: ImportType, mapping: Mapping): { keyOf: KeyOf; kind: KeyKind } {
  const first = (field: string): KeyOf => {
    const constant = mapping.constants.get(field)
    const positions = mapping.positions.get(field) ?? []
    return (cells) => {
      const found = positions.find((position) => !isBlank(cells[position] ?? ''))
      return constant ?? (found === undefined ? '' : (cells[found] ?? '').trim())
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
  if (mapping.key.length > 0) return { keyOf: (cells) => joined(cells, mapping.key), kind: 'columns' }
  if (mapping.positions.has('externalId')) return { keyOf: first('externalId'), kind: 'column' }
  return { keyOf: contentHash, kind: 'content' }
}

/** `repo:12`. Parts are escaped, so that two different records never get one name. */
function joined(cells: readonly string[], positions: readonly number[]): string {
  const parts = positions.map((position) => (cells[position] ?? '').trim())
  return parts.every((part) => part === '')
    ? ''
    : parts.map((part) => part.replace(/[\\:]/g, '\\$&')).join(':')
}

function contentHash(cells: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(cells)).digest('hex')
  return `content:${hash.slice(0, 32)}`
}
