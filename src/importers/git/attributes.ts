import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { required } from '../../errors.js'
import { gitParts, gitText } from './git.js'
import { languageOf } from './languages.js'
import type { Clone } from './read-repository.js'

/** Returns whether `.gitattributes` counts a file as the project's own code; undefined if it does not say. */
export type IsOwn = (file: string) => boolean | undefined

/**
 * Reads `.gitattributes` from the commit and not from the files that are checked out, so that a work tree and a bare clone count
 * the same lines. Git before 2.40 reads attributes only from files and from an index: it gets an index of its own with nothing
 * but the attributes of the commit.
 *
 * @throws CtoError BAD_FILE
 */
export async function readAttributes(clone: Clone): Promise<IsOwn> {
  const found = clone.head === null ? [] : await findAttributes(clone)
  if (found.length === 0) return () => undefined
  const scratch = await mkdtemp(path.join(tmpdir(), 'cto-git-'))
  try {
    await gitText(clone.git, ['update-index', '-z', '--index-info'], { scratch, input: found.join('') })
    const input = [...(await codeFiles(clone))].map((file) => `${file}\0`).join('')
    const args = ['check-attr', '--cached', '-z', '--stdin', ...attributes]
    return await readMarks(gitParts(clone.git, args, { scratch, input }))
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** In the order of precedence. `-diff` marks files that are generated, minified, or not read by people. */
const attributes = ['diff', 'linguist-generated', 'linguist-vendored', 'linguist-documentation']
const isRelevant = /linguist-|diff|binary/

/** The records of `ls-tree` for the files of attributes that matter here, in the form that `--index-info` reads. */
async function findAttributes({ git, head }: Clone): Promise<string[]> {
  const found: string[] = []
  for await (const parts of gitParts(git, ['ls-tree', '-r', '-z', String(head)])) {
    for (const entry of parts) {
      const [, blob] = /^\d+ blob ([0-9a-f]+)\t(?:[^]*\/)?\.gitattributes$/.exec(entry) ?? []
      if (blob !== undefined && isRelevant.test(await gitText(git, ['cat-file', 'blob', blob])))
        found.push(`${entry}\0`)
    }
  }
  return found
}

/** All files of the history that are written in a language. */
async function codeFiles({ git, head }: Clone): Promise<Set<string>> {
  const files = new Set<string>()
  const args = ['log', '-z', '--first-parent', '-m', '--name-only', '--no-renames', '--format=', String(head)]
  for await (const parts of gitParts(git, args)) {
    for (const part of parts) {
      const file = part.replace(/^\n/, '')
      if (languageOf(file) !== null) files.add(file)
    }
  }
  return files
}

/** From triples of file, attribute and value. */
async function readMarks(output: AsyncGenerator<string[]>): Promise<IsOwn> {
  const marks = new Map<string, boolean>()
  let triple: string[] = []
  for await (const parts of output) {
    for (const part of parts) {
      triple.push(part)
      if (triple.length < 3) continue
      const [file, attribute, value] = triple
      const name = required(file, 'the file of an attribute')
      const isOwn = ownBy(required(attribute, 'an attribute'), required(value, 'its value'))
      if (isOwn !== undefined) marks.set(name, isOwn && marks.get(name) !== false)
      triple = []
    }
  }
  return (file) => marks.get(file)
}

function ownBy(attribute: string, value: string): boolean | undefined {
  if (attribute === 'diff') return value === 'unset' ? false : undefined
  if (value === 'unspecified') return undefined
  return value === 'unset' || value === 'false'
}
