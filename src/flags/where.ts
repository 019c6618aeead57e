import { UsageError } from '../errors.js'
import { filterNamesOf, type BugFilterOptions } from './bug-filter-table.js'
import { list } from './options.js'

/** `severity=low,medium project="web shop" blocker`: the names and values of the filter flags. @throws UsageError */
export function parseWhere(where: string): BugFilterOptions {
  const lists = filterNamesOf('list')
  const texts = filterNamesOf('text')
  const switches = filterNamesOf('switch')
  const options: Record<string, string | string[] | true> = {}
  for (const [, name = '', quoted, plain] of where.matchAll(/([^\s=]+)(?:=(?:"([^"]*)"|(\S*)))?/g)) {
    const value = quoted ?? plain
    const is = (names: readonly string[]) => names.includes(name)
    if (is(lists) && value !== undefined) options[name] = list(value, options[name] as string[] | undefined)
    else if (is(texts) && value) options[name] = value
    else if (is(switches) && value === undefined) options[name] = true
    else {
      throw new UsageError(`--where cannot read "${name}"`, {
        hint: `write name=value with ${[...lists, ...texts].join(', ')}, or ${switches.join(', ')}`,
      })
    }
  }
  if (Object.keys(options).length === 0)
    throw new UsageError('--where is empty', { hint: '--where status=all means every bug' })
  return options
}
