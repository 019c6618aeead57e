import { expect, test } from 'vitest'
import { junit } from '../../src/output/junit.js'
import { lines } from '../helpers/lines.js'

test('one case per gate, a failure with its reason, and markup is escaped', () => {
  const cases = [
    { name: 'open.critical max 0', failure: '3 > 0' },
    { name: 'sla.compliance min 0.9', failure: null },
  ]
  expect(junit('cto metrics check', cases)).toBe(
    lines(
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<testsuites tests="2" failures="1" errors="0" skipped="0">',
      '  <testsuite name="cto metrics check" tests="2" failures="1" errors="0" skipped="0">',
      '    <testcase classname="cto metrics check" name="open.critical max 0">',
      '      <failure message="3 &gt; 0">3 &gt; 0</failure>',
      '    </testcase>',
      '    <testcase classname="cto metrics check" name="sla.compliance min 0.9"/>',
      '  </testsuite>',
      '</testsuites>',
    ),
  )
})

test('control characters, which XML cannot hold, are spelled out', () => {
  expect(junit('a', [{ name: '\u001b[31m', failure: null }])).toContain('name="\\x1b[31m"')
})
