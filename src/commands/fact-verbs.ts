import type { FactTable } from '../data/delivery/fact-table.js'
import type { DeliveryFilterName } from '../domain/delivery/filters.js'
import type { Context } from '../context.js'
import { addDeliveryFilters, deliveryFilter, type DeliveryFilterOptions } from '../flags/delivery-filter.js'
import { addListOptions, type ListOptions } from '../flags/list-options.js'
import { periodHelp, windowAsked } from '../flags/moments.js'
import type { RecordView } from '../output/field.js'
import type { CommandDefinition } from './definition.js'

/** The parts in which kinds of facts differ. */
export interface FactNoun<Row> {
  facts: FactTable<Row>
  view: RecordView<Row>
  /** The order of the list, for help. */
  order: string
  filters: readonly DeliveryFilterName[]
  /** The values of `--state`, where that is one of the filters. */
  states?: readonly string[]
  /** Further flags that take a period, by flag, and the field that holds the moment. */
  periods: Readonly<Record<string, string>>
  /** How one is named, for help. */
  namedBy: string
  examples: Readonly<Record<'list' | 'show', CommandDefinition['examples']>>
}

type Options = ListOptions & DeliveryFilterOptions & Record<string, unknown>

/** The verbs of facts, which come from sources and are not edited. */
export function factVerbs<Row>(noun: FactNoun<Row>): readonly CommandDefinition[] {
  return [listVerb(noun), showVerb(noun)]
}

function listVerb<Row>(noun: FactNoun<Row>): CommandDefinition {
  const { facts, view, order, filters, states, periods, examples } = noun
  return {
    name: 'list',
    description: `List ${view.plural}, ${order}`,
    effect: 'reads',
    output: { list: view },
    exitCodes: [3, 8],
    examples: examples.list,
    parameters: (command) => {
      if (filters.length > 0) addDeliveryFilters(command, { only: filters, ...(states && { states }) })
      for (const flag of Object.keys(periods)) command.option(`--${flag} <when>`, periodHelp)
      addListOptions(command, facts.sortFields)
    },
    async run(ctx, options: Options) {
      const windows = await windowsAsked(ctx, periods, options)
      await ctx.out.list(view, options, async (db) => {
        return facts.list({ ...(await deliveryFilter(db, ctx, options, states)), windows })
      })
    },
  }
}

function showVerb<Row>({ facts, view, namedBy, examples }: FactNoun<Row>): CommandDefinition {
  return {
    name: 'show',
    description: `Show one ${view.name}`,
    effect: 'reads',
    output: { record: view },
    exitCodes: [3],
    examples: examples.show,
    parameters: (command) => command.argument(`<${view.name.replace(' ', '-')}>`, namedBy),
    async run(ctx, name: string) {
      await ctx.out.one(view, await ctx.db.read((db) => facts.get(db, name)))
    },
  }
}

async function windowsAsked(ctx: Context, periods: FactNoun<never>['periods'], options: Options) {
  const windows = []
  for (const [flag, field] of Object.entries(periods)) {
    const text = options[flag]
    if (typeof text === 'string') windows.push([field, await windowAsked(ctx, text)] as const)
  }
  return Object.fromEntries(windows)
}
