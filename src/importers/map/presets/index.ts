import { UsageError } from '../../../errors.js'
import { nearestChoice } from '../../../domain/nearest-choice.js'
import type { ImportType } from '../../../domain/kinds.js'
import { helperColumns, ownColumns, type OwnColumn } from '../columns.js'
import { headerKey } from '../../spelling.js'
import { asana } from './asana.js'
import { azure } from './azure.js'
import { bugzilla } from './bugzilla.js'
import { clickup } from './clickup.js'
import { cto } from './cto.js'
import { generic } from './generic.js'
import { github } from './github.js'
import { gitlab } from './gitlab.js'
import { jira } from './jira.js'
import { linear } from './linear.js'
import { monorail } from './monorail.js'
import { pivotal } from './pivotal.js'
import { redmine } from './redmine.js'
import { maniphest } from './maniphest.js'
import { mantis } from './mantis.js'
import { monday } from './monday.js'
import { notion } from './notion.js'
import { plane } from './plane.js'
import { youtrack } from './youtrack.js'
import { sentry } from './sentry.js'
import { shortcut } from './shortcut.js'
import { trello } from './trello.js'
import type { Aliases, Preset } from './preset.js'

/** Of two presets that fit equally well, the earlier one is used. */
export const presets: readonly Preset[] = [
  generic,
  jira,
  bugzilla,
  github,
  gitlab,
  linear,
  azure,
  trello,
  pivotal,
  asana,
  shortcut,
  redmine,
  monorail,
  sentry,
  plane,
  clickup,
  notion,
  youtrack,
  mantis,
  maniphest,
  monday,
  cto,
]

/** The preset of `--from`. Throws USAGE with the valid names. */
export function requirePreset(name: string): Preset {
  const preset = presets.find((known) => known.name === name.toLowerCase())
  if (preset !== undefined) return preset
  const names = presets.map((known) => known.name)
  const suggestion = nearestChoice(name, names)
  throw new UsageError(`no preset "${name}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `--from auto, or one of ${names.join(', ')}`,
  })
}

/** The headers of a preset for a type; those of generic for a type that the preset lacks. */
export function aliasesOf(preset: Preset, type: ImportType): Aliases<OwnColumn> {
  return preset[type] ?? generic[type] ?? {}
}

/** The headers recognised under a preset: its own, then our names for the fields, as in the template. */
export function bindingsOf(preset: Preset, type: ImportType): Aliases<OwnColumn> {
  const [aliases, ours] = [aliasesOf(preset, type), aliasesOf(generic, type)]
  const taken = new Set(Object.values(aliases).flat().map(headerKey))
  const fields = ownColumns[type].filter((column) => !helperColumns.has(column))
  const bound = fields.map((column) => {
    const names = [column, ...(ours[column] ?? []).slice(0, 1)].filter((name) => !taken.has(headerKey(name)))
    return [column, [...(aliases[column] ?? []), ...new Set(names)]] as const
  })
  return { ...aliases, ...Object.fromEntries(bound) }
}

const headerKeys = new Map<ImportType, ReadonlySet<string>>()

/** Whether any preset has this header. */
export function isKnownHeader(type: ImportType, header: string): boolean {
  let keys = headerKeys.get(type)
  if (keys === undefined) {
    keys = new Set(presets.flatMap((preset) => Object.values(aliasesOf(preset, type)).flat()).map(headerKey))
    headerKeys.set(type, keys)
  }
  return keys.has(headerKey(header))
}
