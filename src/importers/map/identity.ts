import { createHash } from 'node:crypto'

import type { ImportType } from '../../domain/kinds.js'
import type { Mapping } from './mapping.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import { isBlank } from '../spelling.js'
import { isNoKey, keyFault } from '../validate/keys.js'

/** What identifies a record in its source; empty where nothing does. */
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
      const found = positions.find((position) => !isNoKey(cells[position] ?? ''))
      return constant ?? (found === undefined ? '' : sound((cells[found] ?? '').trim()))
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
  const isSpoiled = parts.some((part) => !isBlank(part) && (isNoKey(part) || keyFault(part) !== null))
  return isSpoiled || parts.every((part) => part === '')
    ? ''
    : parts.map((part) => part.replace(/[\\:]/g, '\\$&')).join(':')
}

/** The text, or nothing where it is what a spreadsheet left of a key. */
function sound(text: string): string {
  return keyFault(text) === null ? text : ''
}

function contentHash(cells: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(cells)).digest('hex')
  return `content:${hash.slice(0, 32)}`
}
