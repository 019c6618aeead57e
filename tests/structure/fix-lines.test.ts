import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** The first columns of the line: `  fix: `. */
const label = '  fix: '.length

/** Taken for what is interpolated: a name, a number. */
const value = 'x'.repeat(10)

test('a fix that is a command fits a terminal of 80 columns, where it can be copied from one line', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const fixes = files.flatMap((file) => {
    const text = readFileSync(`src/${file}`, 'utf8')
    return [...text.matchAll(/\bhint:\s*(['`])(cto .*?)\1/g)].map(([, , fix = '']) => ({
      file,
      fix: fix.replace(/\$\{[^}]*\}/g, value),
    }))
  })
  expect(fixes.length).toBeGreaterThan(80)
  expect(fixes.filter(({ fix }) => label + fix.length > 80)).toEqual([])
})
