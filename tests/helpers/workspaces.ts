import { expect } from 'vitest'
import { cto, type World } from './cto.js'

/** The same database without the schema of the tests, beside which no workspace can be named. */
export function withoutSchema<T extends World>(world: T): T {
  const { DATABASE_URL, ...env } = world.env
  if (DATABASE_URL === undefined) return world
  const url = new URL(DATABASE_URL)
  url.searchParams.delete('schema')
  return { ...world, env: { ...env, DATABASE_URL: url.href } }
}

/** Runs a command that must succeed, and returns what it printed as JSON. */
export async function data<T = Record<string, unknown>>(world: World, ...argv: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await cto(world, ...argv, '--json')
  expect([exitCode, stderr]).toEqual([0, expect.any(String)])
  return (JSON.parse(stdout) as { data: T }).data
}
