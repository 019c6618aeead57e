import { findBugIds } from '../../data/bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import { findBugIdsByName } from '../../data/bugs/bug-names.js'
import { UsageError, type CtoError } from '../../errors.js'
import { bugFilter, type BugFilterOptions } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { list } from '../../flags/options.js'
import { readTextFile } from '../../flags/text-file.js'

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

/** Their ids, each once, and the names that nobody bears, or several. */
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
    typeof error === 'string' ? [] : [{ name: names[i] ?? '', error }],
  )
  return { ids: [...new Set(ids)], unknown }
}

/** `severity=low,medium project="web shop" blocker` in the words of the filter flags. */
export function parseWhere(where: string): BugFilterOptions {
  const lists = ['severity', 'status', 'project', 'assignee', 'creator', 'tag', 'sla'] as const
  const texts = ['created', 'updated', 'resolved', 'text'] as const
  const switches = ['blocker', 'mine'] as const
  const options: BugFilterOptions = {}
  for (const [, key = '', quoted, plain] of where.matchAll(/([^\s=]+)(?:=(?:"([^"]*)"|(\S*)))?/g)) {
    const value = quoted ?? plain
    const listed = lists.find((name) => name === key)
    const text = texts.find((name) => name === key)
    const flag = switches.find((name) => name === key)
    if (listed && value !== undefined) options[listed] = list(value, options[listed])
    else if (text && value) options[text] = value
    else if (flag && value === undefined) options[flag] = true
    else {
      throw new UsageError(`--where cannot read "${key}"`, {
        hint: `write name=value with ${[...lists, ...texts].join(', ')}, or ${switches.join(', ')}`,
      })
    }
  }
  if (Object.keys(options).length === 0)
    throw new UsageError('--where is empty', { hint: '--where status=all means every bug' })
  return options
}

async function linesOf(ctx: Context, file: string): Promise<string[]> {
  const content = await readTextFile(ctx, file)
  return content
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
