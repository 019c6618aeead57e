import type { CommandDefinition } from '../definition.js'
import { sessionsDeleteCommand } from './delete.js'
import { sessionsIngestCommand } from './ingest.js'
import { sessionsListCommand } from './list.js'
import { sessionsNoteCommand } from './note.js'
import { sessionsShowCommand } from './show.js'
import { sessionsStartCommand } from './start.js'
import { sessionsStatsCommand } from './stats.js'
import { sessionsStopCommand } from './stop.js'

export const sessionsGroup: readonly CommandDefinition[] = [
  sessionsStartCommand,
  sessionsStopCommand,
  sessionsListCommand,
  sessionsShowCommand,
  sessionsNoteCommand,
  sessionsDeleteCommand,
  sessionsStatsCommand,
  sessionsIngestCommand,
]
