import { presets as known, requirePreset } from '../../importers/map/presets/index.js'
import type { Preset } from '../../importers/map/presets/preset.js'
import { importTypes } from '../../domain/kinds.js'
import { commonSeverities, commonStatuses } from '../../importers/validate/words.js'
import type { Style } from '../../output/style.js'
import type { ImportPreset } from '../../shapes/import.js'
import type { Context } from '../../context.js'
import type { CommandDefinition } from '../definition.js'

export const importPresetsCommand: CommandDefinition = {
  name: 'presets',
  description: 'List the trackers whose exports are recognised, or the columns and values of one',
  effect: 'none',
  output: { document: 'importPresets' },
  examples: [
    ['cto import presets', 'all trackers'],
    ['cto import presets jira', 'how headers and values of Jira are mapped'],
  ],
  parameters: (command) => command.argument('[preset]', 'its name, as --from takes it'),
  run: showPresets,
}

async function showPresets(ctx: Context, name: string | undefined): Promise<void> {
  if (name === undefined) {
    const data = known.map(describe)
    return ctx.out.document({ data, text: () => data.map(lineOf).join('') })
  }
  const preset = describe(requirePreset(name))
  const { reflow } = await import('../../output/reflow.js')
  const { width } = ctx.out
  const text = (style: Style) =>
    width === null ? textOf(preset, style) : reflow(textOf(preset, style), width)
  await ctx.out.document({ data: preset, text })
}

function describe(preset: Preset): ImportPreset {
  const { name, title, hours = 'hours', labelsSay = [] } = preset
  const types = importTypes.filter((type) => preset[type] !== undefined)
  const aliases = types.map((type) => [type, lists(preset[type] ?? {})] as const)
  return {
    name,
    title,
    types,
    timesIn: hours,
    labelsSay: [...labelsSay],
    aliases: Object.fromEntries(aliases),
    severities: lists(overruled(commonSeverities, preset.severities)),
    statuses: lists(overruled(commonStatuses, preset.statuses)),
    unknownStatusBy: secondColumns.filter((column) => preset.bugs[column] !== undefined),
    closedWhenResolved: [...(preset.closedWhenResolved ?? [])],
  }
}

const secondColumns = ['statusCategory', 'resolution'] as const

type Words = Readonly<Record<string, readonly string[]>>

/** The common words, overridden by those of the product. */
function overruled(common: Words, own: Words = {}): Words {
  const taken = new Set(Object.values(own).flat())
  const values = [...new Set([...Object.keys(common), ...Object.keys(own)])]
  return Object.fromEntries(
    values.map((value) => [
      value,
      [...new Set([...(own[value] ?? []), ...(common[value] ?? []).filter((word) => !taken.has(word))])],
    ]),
  )
}

function lists(words: Readonly<Partial<Record<string, readonly string[]>>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(words).map(([name, list]) => [name, [...(list ?? [])]]))
}

function lineOf({ name, title, types }: ImportPreset): string {
  return `${name.padEnd(10)} ${title.padEnd(16)} ${types.join(', ')}\n`
}

function textOf(preset: ImportPreset, style: Style): string {
  const { title, timesIn, labelsSay, aliases, severities, statuses } = preset
  const tables = [
    ...Object.entries(aliases).map(([type, columns]) => [`columns of ${type}`, columns] as const),
    ['severities', severities] as const,
    ['statuses', statuses] as const,
  ]
  const remarks = [
    `${title}; times in ${timesIn}`,
    ...(labelsSay.length > 0 ? [`labels set ${labelsSay.join(' and ')}`] : []),
  ]
  const paragraphs = tables.map(([heading, rows]) => {
    const lines = Object.entries(rows).map(([ours, theirs]) => `  ${ours.padEnd(16)} ${theirs.join(', ')}\n`)
    return `\n${style.bold(heading)}\n${lines.join('')}`
  })
  return `${remarks.join('; ')}\n${paragraphs.join('')}${secondColumnsText(preset, style)}`
}

/** How a second column decides a status; empty where the product has none. */
function secondColumnsText(
  { unknownStatusBy, closedWhenResolved, statuses }: ImportPreset,
  style: Style,
): string {
  if (unknownStatusBy.length === 0) return ''
  const columns = unknownStatusBy.join(', else of ')
  const unknown = `  ${'unknown status'.padEnd(16)} takes the value of ${columns}; the report names that column\n`
  const closing = closedWhenResolved.map((word) => {
    const [without = ''] = Object.entries(statuses).find(([, words]) => words.includes(word)) ?? []
    const flag = `--map "status.${word.toUpperCase()}=closed"`
    return `  ${word.padEnd(16)} closed with a resolution; ${without} without one, which counts as open → ${flag}\n`
  })
  const closed = `  ${'Resolved, Closed'.padEnd(16)} closed, with and without a resolution\n`
  const both = closing.length > 0 ? [...closing, closed].join('') : ''
  return `\n${style.bold('statuses by a second column')}\n${unknown}${both}`
}
