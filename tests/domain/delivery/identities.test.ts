import { expect, test } from 'vitest'
import { identitiesIn } from '../../../src/domain/delivery/identities.js'

test('addresses, mentions and pages of users are found in texts, wherever they stand', () => {
  const texts = [
    'Signed-off-by: Ada <Ada@Example.com>, mailto:grace+x@mail.example.co.uk; a@b@c.example',
    'thanks @linus-t, see https://github.com/brian/unix and https://api.github.com/users/ken',
  ]
  expect([...identitiesIn({ texts }, 'github.com')].sort()).toEqual([
    'ada@example.com',
    'b@c.example',
    'github.com/brian',
    'github.com/ken',
    'github.com/linus-t',
    'grace+x@mail.example.co.uk',
  ])
})

test('a megabyte without a break is read in linear time', () => {
  const begin = performance.now()
  for (const part of ['a', 'a.', 'a-', '@a-', '//', '//a', '/users/'])
    identitiesIn({ body: `a@${part.repeat(500_000)}` }, 'github.com')
  expect(performance.now() - begin).toBeLessThan(5000)
})
