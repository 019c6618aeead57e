import { expect, test } from 'vitest'
import { renderPages } from '../../src/cli/help-output.js'
import { readyWidths } from '../../src/cli/ready-page.js'
import { width } from '../../src/output/fit.js'
import { commandTree } from '../helpers/tree.js'

const pages = Object.entries(renderPages((await commandTree()).program))

test.each(readyWidths)('no page of help is wider than %i columns', (columns) => {
  const own = pages.filter(([file]) => file.startsWith(`${columns}/`))
  expect(own.length).toBeGreaterThan(100)
  const wide = own.flatMap(([file, page]) =>
    page
      .split('\n')
      .filter((line) => width(line) > columns)
      .map((line) => `${file}: ${line}`),
  )
  expect(wide).toEqual([])
})
