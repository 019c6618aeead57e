import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { escapeControls, escapeJson, visible, visibleLines } from '../../src/output/visible.js'

describe('visible', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', '\\x1b[31mred\\x1b[0m'],
    ['\x9b31m', '\\x9b31m'],
    ['a\x07b\x7fc\x00', 'a\\x07b\\x7fc\\x00'],
    ['two\r\nlines\nor\rmore', 'two⏎lines⏎or\\rmore'],
    ['a\tb', 'a\\tb'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['\u2066isolated\u2069', '\\u{2066}isolated\\u{2069}'],
    ['pass\u200bword', 'pass\\u{200b}word'],
    ['a\u200db\u200cc', 'a\\u{200d}b\\u{200c}c'],
    ['soft\u00adhyphen\ufeff', 'soft\\xadhyphen\\u{feff}'],
    ['line\u2028para\u2029', 'line\\u{2028}para\\u{2029}'],
    ['half \ud83d surrogate', 'half \\u{d83d} surrogate'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('spells out %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  test.each([
    'plain ASCII, C:\\temp',
    'ünïcödé, décomposé e\u0301',
    '漢字かな 한글',
    '👩‍👩‍👧‍👦 👍🏽 ❤️‍🔥 🏳️‍🌈 🇩🇪 1️⃣',
    'می\u200cخواهم',
    'क्\u200dष',
    'नमस्ते สวัสดี مرحبا שלום',
  ])('does not change %j', (text) => {
    expect(visible(text)).toBe(text)
  })

  test('keeps newlines in multi-line text', () => {
    expect(visibleLines('one\r\ntwo\x1b\nthree')).toBe('one\ntwo\\x1b\nthree')
  })

  test('lets no control, bidi or line separator through', () => {
    const nasty = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\x1b', '\x9b', '\u202e', '\n')),
    })
    fc.assert(
      fc.property(nasty, (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
      }),
    )
  })
})

test('JSON keeps its value and escapes control characters', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (value) => {
      const text = escapeJson(JSON.stringify(value, null, 2))
      expect(JSON.parse(text)).toEqual(value)
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
  expect(escapeJson(JSON.stringify('\x9b31m \u202e \u{e0041}'))).toBe('"\\u009b31m \\u202e \\udb40\\udc41"')
})

test('TSV escapes are reversible', () => {
  expect(escapeControls('a\tb\nc\rd\\e\x1b\x85')).toBe('a\\tb\\nc\\rd\\\\e\\x1b\\x85')
})
