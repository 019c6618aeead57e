import { describe, expect, test } from 'vitest'
import { archiveFileName, inFileName, parseArchiveFileName } from '../../../src/admin/archive/archive-name.js'
import { reasonsToKeep } from '../../../src/admin/archive/retention.js'

const at = (text: string) => new Date(`${text}Z`)

describe('which archives are kept', () => {
  test('the last of each period that has one, by every rule', () => {
    const times = [
      '2024-12-31T23:00',
      '2026-01-31T01:00',
      '2026-02-22T01:00',
      '2026-02-28T01:00',
      '2026-03-01T01:00',
      '2026-03-01T20:00',
      '2026-03-02T01:00',
    ].map(at)
    expect(reasonsToKeep(times, { last: 1, daily: 2, weekly: 2, monthly: 3, yearly: 2 }, 'UTC')).toEqual([
      'yearly 2024',
      'monthly 2026-01',
      null,
      'monthly 2026-02',
      null,
      'daily 2026-03-01, weekly 2026-02-23',
      'last 1, daily 2026-03-02, weekly 2026-03-02, monthly 2026-03, yearly 2026',
    ])
  })

  test('days without an archive do not count', () => {
    const times = [at('2026-01-01T12:00'), at('2026-03-01T12:00')]
    expect(reasonsToKeep(times, { daily: 2 }, 'UTC')).toEqual(['daily 2026-01-01', 'daily 2026-03-01'])
  })

  test('a day begins where the zone begins it', () => {
    const times = [at('2026-03-01T23:30'), at('2026-03-02T12:00')]
    expect(reasonsToKeep(times, { daily: 2 }, 'UTC')).toEqual(['daily 2026-03-01', 'daily 2026-03-02'])
    expect(reasonsToKeep(times, { daily: 2 }, 'Europe/Berlin')).toEqual([null, 'daily 2026-03-02'])
  })
})

describe('the name of a file', () => {
  test.each([
    [{ partial: false, encrypted: false }, 'web-20260302T090000Z.cto.tar'],
    [{ partial: true, encrypted: false }, 'web-20260302T090000Z-partial.cto.tar'],
    [{ partial: true, encrypted: true }, 'web-20260302T090000Z-partial.cto.tar.age'],
  ])('shows what is in it: %j', (traits, file) => {
    const name = { name: 'web', createdAt: at('2026-03-02T09:00'), ...traits }
    expect(archiveFileName(name)).toBe(file)
    expect(parseArchiveFileName(file)).toEqual(name)
  })

  test('has no character that a shell or a file system would read as its own', () => {
    const name = { name: 'a/../b c$', createdAt: at('2026-03-02T09:00'), partial: false, encrypted: false }
    expect(archiveFileName(name)).toBe('a_.._b_c_-20260302T090000Z.cto.tar')
    expect(archiveFileName({ ...name, name: '../../evil' })).toBe('__.._evil-20260302T090000Z.cto.tar')
  })

  test('fits in a file system, and distinguishes long names', () => {
    const file = (name: string) =>
      archiveFileName({ name, createdAt: at('2026-03-02T09:00'), partial: true, encrypted: true })
    const long = 'a'.repeat(240)
    expect(file(`${long}.com`).length).toBeLessThan(250)
    expect(file(`${long}.com`)).not.toBe(file(`${long}.org`))
    const named = parseArchiveFileName(file(`${long}.com`))?.name ?? ''
    expect(inFileName(named)).toBe(named)
  })

  test.each([
    'notes.txt',
    'web.cto.tar',
    'web-20261302T090000Z.cto.tar',
    'web-20260302T090000Z.cto.tar.partial',
  ])('%s is of no archive', (file) => {
    expect(parseArchiveFileName(file)).toBeNull()
  })
})
