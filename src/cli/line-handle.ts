import type { Context, LineHandle } from '../context.js'
import { restOf } from './line.js'
import { UsageError } from '../errors.js'
import type { HandleInput } from './handle-input.js'

export function createLineHandle(
  { host, argv, options, settings, runIn }: HandleInput,
  context: () => Context,
): LineHandle {
  return {
    get flags() {
      const { fields, output, dryRun, yes, quiet, verbose, write } = options()
      return {
        format: settings().format,
        fields,
        output,
        dryRun: dryRun ?? false,
        write: write ?? false,
        yes: yes ?? false,
        quiet: quiet ?? false,
        verbose: verbose ?? false,
      }
    },
    get zone() {
      return settings().zone
    },
    get settings() {
      return settings()
    },
    get env() {
      return settings().env
    },
    cwd: host.cwd,
    stdin: readOnce(host.stdin),
    process: host.process,
    signal: host.signal,
    version: host.version,
    packageRoot: host.packageRoot,
    get rest() {
      return restOf(argv())
    },
    runIn,
    commands: async () => {
      const { buildTree } = await import('./program.js')
      const { describeCommands } = await import('./describe.js')
      return describeCommands(await buildTree(context(), host.version))
    },
  }
}

/** A second reader would find it empty, and take that for an empty file. */
function readOnce(stdin: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let isRead = false
  return {
    [Symbol.asyncIterator]: () => {
      if (isRead)
        throw new UsageError('standard input can be read only once', { hint: 'name a file instead of one -' })
      isRead = true
      return stdin[Symbol.asyncIterator]()
    },
  }
}
