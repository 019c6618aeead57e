import type { CommandDefinition } from '../definition.js'
import { notifyCreateCommand } from './create.js'
import { notifyDeleteCommand } from './delete.js'
import { notifyListCommand } from './list.js'
import { notifyLogCommand } from './log.js'
import { notifyRetryCommand } from './retry.js'
import { notifyRunCommand } from './run.js'
import { notifyShowCommand } from './show.js'
import { notifySilenceCommand } from './silence.js'
import { notifyTestCommand } from './test.js'
import { notifyUpdateCommand } from './update.js'

export const notifyGroup: readonly CommandDefinition[] = [
  notifyListCommand,
  notifyShowCommand,
  notifyCreateCommand,
  notifyUpdateCommand,
  notifyDeleteCommand,
  notifyTestCommand,
  notifyRunCommand,
  notifySilenceCommand,
  notifyRetryCommand,
  notifyLogCommand,
]
