import { expect, test } from 'vitest'
import { wrapRemark } from '../../src/output/wrap-remark.js'
import { lines } from '../helpers/lines.js'

test('a remark is broken between words, and one that fits is left alone', () => {
  expect(wrapRemark('a remark that fits', 18)).toBe('a remark that fits')
  expect(wrapRemark('columns not used: Project type, Project lead, and 21 more; --json lists them', 40)).toBe(
    lines('columns not used: Project type, Project', '  lead, and 21 more; --json lists them').trimEnd(),
  )
  expect(wrapRemark(`https://example.com/${'x'.repeat(40)} is long`, 20)).toBe(
    `https://example.com/${'x'.repeat(40)}\n  is long`,
  )
})

test('a command that is longer than the terminal is broken as a shell reads it', () => {
  const remark =
    'the stored figures of 2026-08 stay as they were → cto metrics snapshot --month 2026-08 --month 2026-09 --rewrite'
  expect(wrapRemark(remark, 60)).toBe(
    lines(
      'the stored figures of 2026-08 stay as they were',
      '  → cto metrics snapshot --month 2026-08 --month 2026-09 \\',
      '    --rewrite',
    ).trimEnd(),
  )
  for (let columns = 30; columns < remark.length; columns++) {
    const shown = wrapRemark(remark, columns)
    expect(shown.split('\n').filter(({ length }) => length > columns)).toEqual([])
    expect(shown.replace(/(?: \\)?\n +/g, ' ')).toBe(remark)
  }
})

test('two commands that do not fit in one line have one each', () => {
  expect(
    wrapRemark('fix: cto bugs history BUG-1 shows the edit; cto bugs delete BUG-1 removes the bug', 60),
  ).toBe(
    lines('fix: cto bugs history BUG-1 shows the edit;', '  cto bugs delete BUG-1 removes the bug').trimEnd(),
  )
})

test('a command that is pasted stays in one line', () => {
  const text = '5 open bugs are unassigned: cto bugs list --assignee none'
  for (let columns = 10; columns < text.length; columns++)
    expect(
      wrapRemark(text, columns).split('\n').at(-1)?.trim().endsWith('cto bugs list --assignee none'),
    ).toBe(true)
})

test('a flag that is pasted stays in one line, and the values for it follow in lines of their own', () => {
  const flag = '→ --map "status.Ready for Release=STATUS"'
  const values = '(STATUS: pending, in_progress, verified, shipped, closed, deferred)'
  const remark = `E_ENUM status "Ready for Release" 41×, first record 77 ${flag} ${values}`
  expect(wrapRemark(remark, 60)).toBe(
    lines(
      'E_ENUM status "Ready for Release" 41×, first record 77',
      '  → --map "status.Ready for Release=STATUS"',
      '    (STATUS: pending, in_progress, verified, shipped,',
      '    closed, deferred)',
    ).trimEnd(),
  )
  for (let columns = flag.length + 2; columns < remark.length; columns++) {
    const shown = wrapRemark(remark, columns).split('\n')
    expect(shown.filter(({ length }) => length > columns)).toEqual([])
    expect(shown.filter((line) => line.includes(flag))).toHaveLength(1)
    expect(shown.join('\n').replace(/\n +/g, ' ')).toBe(remark)
  }
})
