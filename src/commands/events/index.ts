import type { CommandDefinition } from '../definition.js'
import { eventsIngestCommand } from './ingest.js'
import { eventsListCommand } from './list.js'
import { eventsShowCommand } from './show.js'

export const eventsGroup: readonly CommandDefinition[] = [
  eventsIngestCommand,
  eventsListCommand,
  eventsShowCommand,
]
