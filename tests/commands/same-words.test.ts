import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../helpers/factories.js'

const db = useDatabase()

describe('one set of words for moments', () => {
  const moments = ['7d', '2w', 'monday', 'yesterday', '2026-01-31']
  const ranges = [...moments, '2026-01-01..2026-02-01', 'friday..yesterday']

  test.each([
    ['bugs list --created', ranges],
    ['bugs list --updated', ranges],
    ['bugs list --resolved', ranges],
    ['audit list --created', ranges],
    ['bugs list --as-of', moments],
    ['metrics kpis --as-of', moments],
    ['metrics diff', moments],
    ['metrics flow --since', moments],
    ['report --markdown --since', moments],
  ])('cto %s takes each of them', async (line, words) => {
    await addBug(db, { at: hoursAgo(24 * 60) })
    for (const word of words) {
      const { exitCode, stderr } = await cto(db, ...line.split(' '), word)
      expect([line, word, exitCode, stderr.includes('error')]).toEqual([line, word, 0, false])
    }
  })
})

test('none is nobody and nothing in flags', async () => {
  const [ada, shop] = [await addUser(db, 'ada'), await addProject(db, 'shop')]
  await addBug(db, { assignedToId: ada.id, projectId: shop.id })
  const update = ['bugs', 'update', '1001', '--assignee', 'none', '--project', 'none', '--json']
  const { stdout } = await cto(db, ...update)
  expect((JSON.parse(stdout) as { data: object }).data).toMatchObject({ assignedTo: null, project: null })
})

test('no help page shows an empty default', () => {
  const folder = 'docs/reference'
  for (const name of readdirSync(folder))
    expect(readFileSync(path.join(folder, name), 'utf8'), name).not.toContain('(default: [])')
})
