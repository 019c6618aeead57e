import { findBugIds } from '../../data/bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import { findBugIdsByName } from '../../data/bugs/bug-names.js'
import { required, UsageError, type CtoError } from '../../errors.js'
import { bugFilter } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { readTextFile } from '../../flags/text-file.js'
import { parseWhere } from '../../flags/where.js'

/** The bugs that a line means: those it names, those of a file, those of a filter. */
export interface Selection {
  names: readonly string[]
  where: string | undefined
}

interface Given {
  names: readonly string[]
  from?: string | undefined
  where?: string | undefined
}

/** Reads the file of `--from`. @throws UsageError where nothing at all was named */
export async function selectionOf(ctx: Context, { names, from, where }: Given): Promise<Selection> {
  if (names.length === 0 && from === undefined && where === undefined) {
    throw new UsageError('no bug was named', { hint: 'name bugs, or use --from FILE or --where FILTER' })
  }
  const lines = from === undefined ? [] : await linesOf(ctx, from)
  return { names: [...names, ...lines], where }
}

/** Their ids, each once, and the names that are unknown or ambiguous. */
export interface Selected {
  ids: string[]
  unknown: { name: string; error: CtoError }[]
}

export async function findSelected(db: Db, ctx: Context, { names, where }: Selection): Promise<Selected> {
  const found = await findBugIdsByName(db, names)
  const ids = found.filter((each) => typeof each === 'string')
  if (where !== undefined) {
    const filter = await bugFilter(db, ctx, parseWhere(where))
    ids.push(...(await findBugIds(db, { filter, now: ctx.now() })))
  }
  const unknown = found.flatMap((error, i) =>
    typeof error === 'string' ? [] : [{ name: required(names[i], 'the name of a bug'), error }],
  )
  return { ids: [...new Set(ids)], unknown }
}

async function linesOf(ctx: Context, file: string): Promise<string[]> {
  const content = await readTextFile(ctx, file)
  return content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
