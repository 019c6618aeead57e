import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync('docs/architecture.md', 'utf8')

const inBackticks = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

const steps = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, file = '', names = '']) => ({ file: inBackticks(file)[0] ?? '', names: inBackticks(names) }))

test('both paths are complete', () => {
  const files = steps.map(({ file }) => file)
  expect(files[0]).toBe('src/main.ts')
  expect(files).toEqual(
    expect.arrayContaining([
      'src/cli/report.ts',
      'src/commands/import/csv.ts',
      'src/commands/import/report.ts',
    ]),
  )
})

test.each(steps)('$file declares $names', ({ file, names }) => {
  expect(names).not.toEqual([])
  const text = readFileSync(file, 'utf8')
  for (const name of names) {
    expect(text, name).toMatch(new RegExp(`^(export )?(async )?(function\\*?|const|class) ${name}\\b`, 'm'))
  }
})

test('every path that the page names exists', () => {
  const paths = inBackticks(page).filter((name) => /^(src|tests|docs)\/\S+$/.test(name))
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
  expect(paths.length).toBeGreaterThan(steps.length)
})
