import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { once } from 'node:events'

/** One side of a comparison. */
export interface Contestant {
  name: string
  /** Not timed; before each run. */
  before?(): Promise<unknown>
  run(): Promise<unknown>
}

/** Seconds of each run, ascending, in the order of the contestants. */
export type Times = readonly (readonly number[])[]

/**
 * Runs all contestants in turn, round after round, so that a change in the speed of the machine meets all of them. The
 * rounds of the warm-up are not counted: one for processes, more for code that V8 compiles as it repeats.
 */
export async function inTurn(
  contestants: readonly Contestant[],
  rounds: number,
  warmUps = 1,
): Promise<Times> {
  const times: number[][] = contestants.map(() => [])
  for (let round = -warmUps; round < rounds; round++)
    for (const [index, { before, run }] of contestants.entries()) {
      await before?.()
      const from = performance.now()
      await run()
      if (round >= 0) times[index]?.push((performance.now() - from) / 1000)
    }
  return times.map((each) => each.sort((a, b) => a - b))
}

/** The warm-up of operations inside one process. */
export function warmUps(rounds: number): number {
  return Math.min(rounds, 10)
}

/** The value below which a share of the sorted ones lies; 0 of none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export function median(sorted: readonly number[]): number {
  return quantile(sorted, 0.5)
}

export interface Program {
  file: string
  args?: readonly string[]
  env?: Record<string, string>
  /** A file that receives the standard output, which is discarded without it. */
  output?: string
}

/**
 * Runs a program to its end.
 *
 * @throws Error with what it printed to standard error, unless it exits with 0
 */
export async function runProgram({ file, args = [], env = {}, output }: Program): Promise<void> {
  const to = output === undefined ? 'ignore' : openSync(output, 'w')
  try {
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', to, 'pipe'] })
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0)
      throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${complaint.slice(0, 500)}`)
  } finally {
    if (typeof to === 'number') closeSync(to)
  }
}
