import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { NotFoundError } from '../../errors.js'
import type { Context } from '../../context.js'
import { meantInstead } from '../../files/neighbour.js'
import { parseDocument } from './bug-document.js'
import { readRecord } from './bug-record.js'
import type { FieldOptions } from './fields.js'
import { readTextFile } from '../../flags/text-file.js'
import { requireNone } from './json-in.js'
import { parseJson } from '../../domain/parse-json.js'

/** Where a repository keeps templates, beside its .cto.json. */
const folderName = '.cto/templates'

/**
 * Reads a template: a file, or the name of one in `.cto/templates` of the repository. Markdown with fields on top,
 * or JSON.
 *
 * @throws NotFoundError naming those that are there, CtoError INVALID_VALUE with every problem
 */
export async function readTemplate(ctx: Context, name: string): Promise<FieldOptions> {
  const file = templateFile(ctx, name)
  const text = await readTextFile(ctx, file)
  const problems: string[] = []
  const complain = (problem: string) => problems.push(problem)
  const isJson = file.endsWith('.json')
  const options = isJson ? readRecord(jsonOf(text, complain), complain) : parseDocument(text, complain)
  requireNone(problems, file)
  return options
}

function templateFile(ctx: Context, name: string): string {
  if (name === '-' || existsSync(path.resolve(ctx.line.cwd, name))) return name
  const folder = path.join(path.dirname(ctx.line.settings.paths.project), folderName)
  const found = ['', '.md', '.json']
    .map((extension) => path.join(folder, `${name}${extension}`))
    .find((file) => !name.includes('/') && existsSync(file))
  if (found !== undefined) return found
  const there = existsSync(folder) ? readdirSync(folder).sort() : []
  const missing = { path: path.resolve(ctx.line.cwd, name), name }
  throw new NotFoundError(`no template "${name}"`, {
    reason:
      meantInstead(missing) ??
      (there.length === 0 ? `${folder} holds none` : `there are: ${there.join(', ')}`),
    hint: 'name a file, or put one there',
  })
}

function jsonOf(text: string, complain: (problem: string) => void): unknown {
  try {
    return parseJson(text)
  } catch {
    complain('is not JSON')
    return {}
  }
}
