import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { severities, statuses } from '../../src/domain/bug.js'
import { nearest } from '../../src/domain/nearest.js'
import { normaliseGithubUrl } from '../../src/domain/project.js'
import { isEmail, normaliseEmail } from '../../src/domain/user.js'

describe('normaliseGithubUrl', () => {
  test.each([
    'https://github.com/acme/web-shop',
    'http://www.github.com/Acme/Web-Shop.git',
    'https://github.com/acme/web-shop/',
    'https://token@github.com/acme/web-shop.git/',
    'https://github.com/acme/web-shop/tree/main/src?tab=readme#top',
    'git@github.com:acme/web-shop.git',
    'ssh://git@github.com/acme/web-shop.git',
    'ssh://git@ssh.github.com:443/acme/web-shop.git',
    'git@github.com-work:acme/web-shop.git',
    'org-123@github.com:acme/web-shop.git',
    'git://github.com/acme/web-shop.git',
    'git+https://github.com/acme/web-shop.git',
    '  github.com/acme/web-shop  ',
  ])('%s', (url) => {
    expect(normaliseGithubUrl(url)).toBe('https://github.com/acme/web-shop')
  })

  test('a name may contain dots', () => {
    expect(normaliseGithubUrl('https://github.com/vercel/next.js.git')).toBe(
      'https://github.com/vercel/next.js',
    )
  })

  test('a normalised URL is unchanged', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,20}$/)
    fc.assert(
      fc.property(name, name, fc.constantFrom('', '.git', '/', '.git/'), (owner, repo, end) => {
        const url = normaliseGithubUrl(`https://github.com/${owner}/${repo}${end}`)
        expect(normaliseGithubUrl(url)).toBe(url)
      }),
    )
  })

  test.each([
    '',
    'acme/web',
    'https://gitlab.com/acme/web',
    'https://github.com/acme',
    'https://github.com/a/..',
    'https://evil.com/github.com/a/b',
    'https://github.com.evil.com/a/b',
    'https://github.com-evil.com/a/b',
    'git@ssh.github.com.evil.com:a/b',
  ])('rejects "%s"', (url) => {
    expect(() => normaliseGithubUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }))
  })
})

describe('emails', () => {
  test('are trimmed and lower-case', () => {
    expect(normaliseEmail(' Ada.Lovelace@Example.COM ')).toBe('ada.lovelace@example.com')
  })

  test.each(['', 'ada', '@example.com', 'ada@', 'a@b@c', 'Ada <ada@example.com>', 'a\u200bda@example.com'])(
    '"%s" is invalid',
    (text) => {
      expect(isEmail(text)).toBe(false)
      expect(() => normaliseEmail(text)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }))
    },
  )
})

describe('nearest', () => {
  test.each([
    ['hihg', severities, 'high'],
    ['CRITCAL', severities, 'critical'],
    ['crit', severities, 'critical'],
    ['in-progress', statuses, 'in_progress'],
    ['wbe', ['api', 'web'], 'web'],
    ['sev', ['severity'], 'severity'],
    ['ct', ['ctrezzo/hadoop'], null],
    ['banana', severities, null],
    ['x', ['y'], null],
    ['', severities, null],
  ])('"%s" of %j is %s', (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant)
  })

  test('a candidate is its own nearest', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{2,12}$/), { minLength: 1 })
    fc.assert(
      fc.property(words, fc.nat(), (candidates, index) => {
        const word = candidates[index % candidates.length] ?? ''
        expect(nearest(word, candidates)).toBe(word)
      }),
    )
  })

  test('one slip in a long word is tolerated', () => {
    const word = fc.stringMatching(/^[a-z]{4,12}$/)
    fc.assert(
      fc.property(word, fc.nat(), (word, at) => {
        const index = at % word.length
        expect(nearest(word.slice(0, index) + word.slice(index + 1), [word])).toBe(word)
      }),
    )
  })
})
