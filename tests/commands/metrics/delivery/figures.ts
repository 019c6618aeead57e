import { expect } from 'vitest'
import { cto, type Result } from '../../../helpers/cto.js'
import type { TestDatabase } from '../../../helpers/database.js'

export interface PrintedFigure {
  value: number | null
  n: number
  doubts: { check: string; count: number; of: number }[]
}

/** The figures that `cto metrics delivery` prints as JSON. */
export async function figuresOf(
  db: TestDatabase,
  ...argv: string[]
): Promise<Record<string, PrintedFigure | undefined>> {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', 'delivery', ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Record<string, PrintedFigure> }).data
}

/** `[value, n]` of some of them. */
export async function valuesOf(
  db: TestDatabase,
  ids: readonly string[],
  ...argv: string[]
): Promise<Record<string, [number | null, number]>> {
  const figures = await figuresOf(db, ...argv)
  return Object.fromEntries(
    ids.map((id) => [
      id,
      [figures[id]?.value ?? null, figures[id]?.n ?? Number.NaN] as [number | null, number],
    ]),
  )
}

/** The names of the records behind a figure, in their order, each with what was measured. */
export async function rowsOf(
  db: TestDatabase,
  id: string,
  ...argv: string[]
): Promise<{ name: string; measured: string }[]> {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', 'explain', id, '--rows', ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  const { data } = JSON.parse(stdout) as { data: { name: string; measured: string }[] }
  return data.map(({ name, measured }) => ({ name, measured }))
}

export function refusal({ exitCode, stderr, stdout }: Result): [number, string] {
  expect(stdout).toBe('')
  return [exitCode, stderr.split('\n')[0] ?? '']
}
