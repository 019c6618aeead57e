import type { Capabilities } from '../../engine/connection/connection.js'

/** Records a batch: more are no faster, and where a batch holds the event loop it must not do so for long. */
export function batchSize({ blocksTheLoop }: Pick<Capabilities, 'blocksTheLoop'>): number {
  return blocksTheLoop ? 1000 : 2500
}
