import { expect, test } from 'vitest'
import { jsonItems } from '../../../src/importers/sessions/json-items.js'

/** In chunks of a few bytes, as a file arrives in the worst case. */
async function* chunksOf(text: string, bytes: number): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text)
  for (let at = 0; at < whole.length; at += bytes) yield await Promise.resolve(whole.subarray(at, at + bytes))
}

async function itemsIn(text: string, bytes = 3) {
  const found: unknown[] = []
  for await (const { path, value } of jsonItems(
    chunksOf(text, bytes),
    (each) => each[0] === 'a' && each.length === 2,
  ))
    found.push([path.join('.'), value])
  return found
}

const document = {
  b: [1, { a: [9] }],
  a: [{ 'k"]': 'x,}"\\' }, [1, [2]], 'é…', -1.5e3, true, null, {}],
  c: { a: 1 },
}

test.each([1, 2, 3, 7, 1000])('finds the wanted values in chunks of %i bytes', async (bytes) => {
  const wanted = document.a.map((value, at) => [`a.${at}`, value])
  expect(await itemsIn(JSON.stringify(document), bytes)).toEqual(wanted)
  expect(await itemsIn(JSON.stringify(document, null, 2), bytes)).toEqual(wanted)
  expect(await itemsIn('{"a": {"\\u0078": 1, "y": [2]}}', bytes)).toEqual([
    ['a.x', 1],
    ['a.y', [2]],
  ])
})

test.each(['{"a": [1, 2', '{"a": [tru]}', '{"a": [{"b": }]}', '{"a": ["x'])('refuses %s', async (text) => {
  await expect(itemsIn(text)).rejects.toThrow('not a JSON document')
})
