import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Format } from '../output/format.js'
import type { SettingValues } from '../settings/table.js'
import { toTerminal } from './format.js'
import type { ProgramOptions } from './global-options.js'
import type { Env, Host } from './host.js'

interface PagerInput {
  host: Host
  env: Env
  flags: ProgramOptions
  format: Format
  values: Pick<SettingValues, 'pager' | 'accessible'>
}

/** The pager for what a person reads on a terminal; null where there is none, or none is wanted. */
export function chosenPager({ host, env, flags, format, values }: PagerInput): string | null {
  const isForEyes = toTerminal(host, flags) && format !== 'json' && format !== 'ndjson'
  const isScreen = host.stdout.height !== null && env['TERM'] !== 'dumb' && os.platform() !== 'win32'
  if (!flags.pager || !isForEyes || !isScreen || values.accessible || env['CI']) return null
  // An empty CTO_PAGER is no setting, but it means none.
  const program = values.pager ?? env['CTO_PAGER'] ?? env['PAGER'] ?? 'less -FRX'
  return ['', 'cat'].includes(program.trim()) || !isInstalled(program, env) ? null : program
}

/** Whether a shell finds the program of a line. `LESS=R less`: variables before it are not the program. */
function isInstalled(line: string, env: Env): boolean {
  const program = line.split(/\s+/).find((word) => word !== '' && !/^\w+=/.test(word)) ?? ''
  if (program.includes('/')) return existsSync(program)
  return (env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)))
}
