import { eventList, eventSortFields } from '../../data/delivery/events.js'
import { eventSources, eventStates } from '../../domain/delivery/event-words.js'
import type { Context } from '../../context.js'
import {
  addDeliveryFilters,
  anyState,
  deliveryFilter,
  deliveryWords,
  statesNamed,
  type DeliveryFilterOptions,
} from '../../flags/delivery-filter.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { periodHelp, windowAsked } from '../../flags/moments.js'
import { list, listOf, word } from '../../flags/options.js'
import { eventView } from '../../views/event.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions, Pick<DeliveryFilterOptions, (typeof places)[number]> {
  event?: string[]
  state?: string[]
  source?: string[]
  occurred?: string
}

const places = ['org', 'repo', 'project'] as const

export const eventsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List stored events, the newest first',
  effect: 'reads',
  output: { list: eventView },
  exitCodes: [3, 8],
  examples: [
    ['cto events list --repo acme/shop --occurred 7d', 'what happened in a repository this week'],
    ['cto events list --event push --state skipped', 'pushes from which no commit follows'],
  ],
  parameters: (command) => {
    addDeliveryFilters(command, { only: places })
      .option('--event <names>', 'as X-GitHub-Event names it: pull_request, push', list)
      .option('--state <states>', [...eventStates, anyState].join(', '), listOf([...eventStates, anyState]))
      .option('--source <sources>', eventSources.join(', '), listOf(eventSources))
      .option('--occurred <when>', periodHelp)
    addListOptions(command, eventSortFields)
  },
  run: listEvents,
}

async function listEvents(ctx: Context, options: Options): Promise<void> {
  const { org, repo, project, event, state, source, occurred } = options
  const place = { org, repo, project }
  const placeWords = deliveryWords(place)
  const window = occurred === undefined ? undefined : await windowAsked(ctx, occurred)
  await ctx.out.list(eventView, options, async (db) =>
    eventList({
      filter: {
        place: placeWords === '' ? undefined : await deliveryFilter(db, ctx, place),
        names: event,
        states: state?.flatMap((each) => statesNamed(each, eventStates)),
        sources: source?.map((each) => word('source', eventSources, each)),
        occurred: window,
      },
      words: {
        ...(placeWords !== '' && { place: placeWords }),
        ...(event && { name: `event ${event.join(',')}` }),
        ...(state && { state: `state ${state.join(',')}` }),
        ...(source && { source: `source ${source.join(',')}` }),
        ...(occurred !== undefined && { occurred: `occurred ${occurred}` }),
      },
    }),
  )
}
