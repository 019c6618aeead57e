import { beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addProject } from '../../helpers/factories.js'

const db = useDatabase()

const names = async (...words: string[]) => {
  const { exitCode, stdout } = await cto(db, 'projects', 'search', ...words, '-f', 'ids')
  expect(exitCode).toBe(0)
  return stdout.split('\n').slice(0, -1)
}

describe('cto projects search', () => {
  beforeEach(async () => {
    await addProject(db, 'Storefront', { tags: ['shop', 'web'], description: 'Checkout, stock and invoices' })
    await addProject(db, 'Ledgerscope', {
      tags: ['blockchain'],
      status: 'deferred',
      description: 'An explorer for auditors',
    })
    await addProject(db, 'Parley', { tags: ['ai', 'chat'], description: 'A chatbot that answers support' })
    await addProject(db, 'Chat', { status: 'cancelled' })
  })

  test.each([
    [['stroefront'], ['Storefront']],
    [['blokchain'], ['Ledgerscope']],
    [['chekout'], ['Storefront']],
    [['chat'], ['Chat', 'Parley']],
    [['CHAT', 'suport'], ['Parley']],
    [['ledger'], ['Ledgerscope']],
    [['ai'], ['Parley']],
    [['zebra'], []],
  ])('%j finds %j', async (words, found) => {
    expect(await names(...words)).toEqual(found)
  })

  test('prints a score for each match: a name before a tag before a description', async () => {
    await addProject(db, 'shop')
    await addProject(db, 'other', { description: 'next to the shop' })
    const { stdout } = await cto(db, 'projects', 'search', 'shop', '--fields', 'name,score', '--no-header')
    expect(stdout).toBe('shop\t1\nStorefront\t0.9\nother\t0.6\n')
  })

  test('needs a word', async () => {
    const { exitCode, stderr } = await cto(db, 'projects', 'search', '--', '%_')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('error: "%_" holds no word\n')])
  })
})
