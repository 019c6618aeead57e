import type { Client } from './client.js'
import { statusOf, textAt, type Frame } from './frames.js'

/** Neither in a message nor in a transaction: others may have the engine. */
export function isBetween({ phase, status }: Client): boolean {
  return phase === 'idle' && status === 'I'
}

export function isCopyData({ type }: Frame): boolean {
  return type === 'd' || type === 'c' || type === 'f'
}

/** The client's phase after a message of its own. */
export function advance(client: Client, { type, bytes }: Frame): void {
  if (client.phase === 'copying') {
    // During COPY the engine ignores Sync: another follows the data.
    if (type === 'c' || type === 'f') client.phase = client.isExtended ? 'open' : 'answering'
    return
  }
  client.isExtended = type !== 'Q' && type !== 'F'
  client.phase = client.isExtended && type !== 'S' ? 'open' : 'answering'
  client.mayHaveBegun = type === 'Q' && begins(bytes)
  if ((type === 'Q' || type === 'P') && setsForSession(bytes)) client.hasChangedSettings = true
}

/** Whether one of the statements of a query begins a transaction. */
function begins(bytes: Buffer): boolean {
  return /(^|;)\s*(begin|start\s+transaction)\b/i.test(textAt(bytes, 5))
}

/** Whether a call of set_config may outlast its transaction; its tag does not tell, unlike that of SET. */
function setsForSession(bytes: Buffer): boolean {
  if (!bytes.includes('set_config')) return false
  const sql = bytes.toString()
  return sql.split('set_config(').length > sql.split(/,\s*true\s*\)/).length
}

/** The client's state after a message of the engine. */
export function follow(client: Client, answer: Frame): void {
  switch (answer.type) {
    case 'G':
      client.phase = 'copying'
      break
    case 'E':
      if (client.phase === 'copying') client.phase = client.isExtended ? 'open' : 'answering'
      break
    case 'C': {
      const [word = ''] = textAt(answer.bytes, 5).split(' ')
      if (word === 'BEGIN') client.status = 'T'
      if (word === 'COMMIT' || word === 'ROLLBACK') client.status = 'I'
      if (word === 'SET' || word === 'RESET' || word === 'DISCARD') client.hasChangedSettings = true
      break
    }
    case 'Z':
      client.status = statusOf(answer)
      client.phase = 'idle'
      break
  }
}
