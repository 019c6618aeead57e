import { hostname } from 'node:os'
import { bootId, pidSpace, processStart } from '../../src/process/processes.js'

/** This test as the holder of the embedded database's lock. */
export const lockOwner = {
  pid: process.pid,
  startedAt: processStart(process.pid),
  host: hostname(),
  bootId: bootId(),
  pidSpace: pidSpace(),
  command: 'vitest',
  alive: () => true,
  startOf: processStart,
}
