import { expect, test } from 'vitest'
import { markup, trusted } from '../../src/output/markup.js'

const hostile = `"'><script>alert(1)</script>&amp;`
const harmless = '&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;'

test('text is escaped in an element and in an attribute', () => {
  expect(markup`<p title="${hostile}">${hostile}</p>`.toString()).toBe(
    `<p title="${harmless}">${harmless}</p>`,
  )
})

test('markup in markup, alone or in a list, is not escaped again', () => {
  const items = ['a & b', hostile].map((text) => markup`<li>${text}</li>`)
  expect(markup`<ul>${items}</ul>${markup`<p>${1}</p>`}`.toString()).toBe(
    `<ul><li>a &amp; b</li><li>${harmless}</li></ul><p>1</p>`,
  )
})

test('only explicitly trusted markup is not escaped', () => {
  expect(markup`${trusted('<svg/>')}${'<svg/>'}`.toString()).toBe('<svg/>&lt;svg/&gt;')
})
