import type { CommandDefinition } from '../definition.js'
import { eventsIngestCommand } from './ingest.js'
import { eventsListCommand } from './list.js'
import { eventsReplayCommand } from './replay.js'
import { eventsShowCommand } from './show.js'

export const eventsGroup: readonly CommandDefinition[] = [
  eventsIngestCommand,
  eventsListCommand,
  eventsShowCommand,
  eventsReplayCommand,
]
