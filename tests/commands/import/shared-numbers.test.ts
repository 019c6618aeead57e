import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { hourMs } from '../../../src/domain/duration.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const header = 'number,title,state,createdAt'
const web = ['1,Cart is empty,OPEN,2025-03-01T10:00:00Z', '2,Typo,CLOSED,2025-03-02T10:00:00Z']

afterEach(async () => {
  await rm(path.join(db.folder, 'issues.rejects.csv'), { force: true })
})

/** Imports `gh issue list --json` as a table, which has no address and no repository. */
async function load(hours: number, rows: readonly string[], ...flags: string[]) {
  await writeFile(path.join(db.folder, 'issues.csv'), lines(header, ...rows))
  const world = { ...db, now: new Date(now.getTime() + hours * hourMs) }
  return cto(world, 'import', 'csv', 'issues.csv', '--type', 'bugs', '--from', 'github', ...flags)
}

const titles = async () =>
  (await db.sql('SELECT title FROM bugs ORDER BY created_at')).map(({ title }) => title)

describe('a number that two repositories have', () => {
  const api = ['1,Token leaks,OPEN,2025-04-01T10:00:00Z', '2,Slow,OPEN,2025-04-02T10:00:00Z']

  test('does not turn the bug of one into that of the other', async () => {
    await load(0, web)
    const second = await load(1, api)
    expect(second).toMatchObject({ exitCode: 2 })
    expect(second.stderr).toContain(
      'the bug with this key here has another title, and was created on 2025-03-01',
    )
    expect(second.stderr).toContain('--source NAME for each repository, site or table')
    expect(await titles()).toEqual(['Cart is empty', 'Typo'])
    expect(await load(2, api, '--source', 'api')).toMatchObject({ exitCode: 0 })
    expect(await titles()).toEqual(['Cart is empty', 'Typo', 'Token leaks', 'Slow'])
  })

  test('is one bug where only its title, or only its creation, has changed', async () => {
    await load(0, web)
    const renamed = ['1,Cart loses items,OPEN,2025-03-01', '2,Typo,CLOSED,2025-01-02T10:00:00Z']
    expect(await load(1, renamed)).toMatchObject({ exitCode: 0 })
    expect(await titles()).toEqual(['Typo', 'Cart loses items'])
  })
})

describe('bugs that came without a date of creation', () => {
  const undated = ['1,Cart is empty,OPEN,', '2,Typo,CLOSED,', '3,Refund is booked twice,OPEN,']
  const created = async () =>
    (await db.sql('SELECT title, created_at FROM bugs ORDER BY external_id::integer')).map(
      ({ title, created_at }) => [title, created_at],
    )

  test('get it, and their new titles, from a later export of the same table', async () => {
    await load(0, undated)
    const later = [
      '1,Cart is empty after login,OPEN,2025-03-01T10:00:00Z',
      '2,Typo,CLOSED,2025-03-02T10:00:00Z',
      '3,Wrong amount,OPEN,2025-03-03T10:00:00Z',
    ]
    expect(await load(1, later)).toMatchObject({ exitCode: 0 })
    expect(await created()).toEqual([
      ['Cart is empty after login', new Date('2025-03-01T10:00:00Z')],
      ['Typo', new Date('2025-03-02T10:00:00Z')],
      ['Wrong amount', new Date('2025-03-03T10:00:00Z')],
    ])
    // They are dated now: the guard of dates holds again.
    const other = ['1,Token leaks,OPEN,2025-04-01T10:00:00Z', '2,Typo,CLOSED,2025-03-02T10:00:00Z']
    const refused = await load(2, other, '--max-errors', '1')
    expect(refused.stderr).toContain('has another title, and was created on 2025-03-01')
  })

  test('are not those of another table that is numbered from 1 too', async () => {
    await load(0, undated)
    const other = [
      '1,Token leaks,OPEN,2025-04-01T10:00:00Z',
      '2,Slow search,OPEN,2025-04-02T10:00:00Z',
      '3,Refund is booked twice,OPEN,2025-04-03T10:00:00Z',
    ]
    const second = await load(1, other)
    expect(second).toMatchObject({ exitCode: 2 })
    expect(second.stderr).toContain('has another title, and no creation is known of it')
    expect((await created()).map(([title]) => title)).toEqual([
      'Cart is empty',
      'Typo',
      'Refund is booked twice',
    ])
  })
})
