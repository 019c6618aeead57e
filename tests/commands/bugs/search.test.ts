import { describe, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

const found = async (...argv: string[]) => {
  const { stdout } = await cto(db, 'bugs', 'search', ...argv, '--fields', 'title', '--no-header')
  return stdout.split('\n').slice(0, -1)
}

describe('a search', () => {
  test('finds the payment timeouts first, however they are misspelled', async () => {
    await addBug(db, { title: 'Payroll is late', description: 'the time sheet', severity: 'critical' })
    await addBug(db, { title: 'Timeout while searching', severity: 'critical' })
    await addBug(db, { title: 'Payment timeout at checkout', severity: 'low' })
    await addBug(db, { title: 'Refund fails', description: 'a payment, then a timeout', severity: 'high' })
    for (const text of [
      'paymnt timeot',
      'timeot paymnt',
      'PAYMENT TIMEOUT',
      'pament timout',
      'payments timeouts',
    ]) {
      expect([text, await found(text)]).toEqual([text, ['Payment timeout at checkout', 'Refund fails']])
    }
  })

  test('finds a word with a slip, in any script', async () => {
    const titles = [
      'Checkout hangs',
      'Login loops',
      'Cart times out',
      'Übersicht leer',
      '支払いエラー',
      'Answers 500',
    ]
    for (const title of [...titles, 'Build of C fails']) await addBug(db, { title })
    const expected = {
      chekout: 'Checkout hangs',
      ceckout: 'Checkout hangs',
      checkotu: 'Checkout hangs',
      lgin: 'Login loops',
      timeout: 'Cart times out',
      'time-out': 'Cart times out',
      ubersicht: 'Übersicht leer',
      支払い: '支払いエラー',
      払: '支払いエラー',
      'c++': 'Build of C fails',
      '500': 'Answers 500',
    }
    for (const [text, title] of Object.entries(expected)) {
      expect([text, (await found(text))[0]]).toEqual([text, title])
    }
  })

  test('ranks the typed spelling in the title before other spellings, and those before the description', async () => {
    await addBug(db, { title: 'Slow', description: 'at checkout', severity: 'critical' })
    await addBug(db, { title: 'Chekout slow', severity: 'high' })
    await addBug(db, { title: 'Precheckout slow', severity: 'high' })
    await addBug(db, { title: 'Checkout is slow', severity: 'low' })
    await addBug(db, { title: 'Checkout hangs', severity: 'high', status: 'closed' })
    const { stdout } = await cto(db, 'bugs', 'search', 'checkout', '--fields', 'score,title', '--no-header')
    expect(stdout).toBe(
      lines(
        '1\tCheckout hangs',
        '1\tCheckout is slow',
        '0.9\tPrecheckout slow',
        '0.875\tChekout slow',
        '0.6\tSlow',
      ),
    )
  })

  test('matches a word of one or two letters only as a whole word', async () => {
    await addBug(db, { title: 'UI is broken' })
    await addBug(db, { title: 'Suite hangs' })
    expect(await found('ui')).toEqual(['UI is broken'])
    expect(await found('u')).toEqual([])
  })

  test('matches some of the words if no bug has all of them', async () => {
    await addBug(db, { title: 'Checkout hangs' })
    await addBug(db, { title: 'Search is slow', severity: 'low' })
    expect(await found('checkout', 'banana')).toEqual(['Checkout hangs'])
    expect(await found('checkout search')).toEqual(['Checkout hangs', 'Search is slow'])
  })

  test('looks at every status, and takes the filters of the list', async () => {
    const { id } = await addProject(db, 'web')
    await addBug(db, { title: 'Checkout hangs', status: 'closed', severity: 'high' })
    await addBug(db, { title: 'Checkout is slow', projectId: id, severity: 'low' })
    expect(await found('checkout')).toEqual(['Checkout hangs', 'Checkout is slow'])
    expect(await found('checkout', '--status', 'open')).toEqual(['Checkout is slow'])
    expect(await found('chekout', '-p', 'web')).toEqual(['Checkout is slow'])
    expect(await found('checkout', '-L', '1')).toEqual(['Checkout hangs'])
  })

  test('with very many matches prints those of the highest priority, and a notice that there are more', async () => {
    await db.sql(
      `INSERT INTO bugs (title, severity, priority_score, sla_hours, sla_due_at)
       SELECT 'Checkout hangs ' || n, 'low', n % 90, 4, now() FROM generate_series(1, 1200) n`,
    )
    const { stdout, stderr } = await cto(db, 'bugs', 'search', 'chekout', '-L', '2', '--json')
    const { data, page } = JSON.parse(stdout) as {
      data: { priorityScore: number; score: number }[]
      page: unknown
    }
    expect(data.map(({ priorityScore, score }) => [priorityScore, score])).toEqual([
      [89, 0.875],
      [89, 0.875],
    ])
    expect(page).toEqual({
      returned: 2,
      total: null,
      hasMore: true,
      nextCursor: expect.any(String) as unknown,
    })
    expect(stderr).toBe('the best 2 shown; --limit 0 for all\n')
    expect(await found('chekout', '--limit', '0')).toHaveLength(1200)
  })

  test('prints the matches of the highest priority of a word that only bugs of lower priority have', async () => {
    await db.sql(
      `INSERT INTO bugs (title, severity, priority_score, sla_hours, sla_due_at)
       SELECT
         CASE WHEN n > 3000 THEN 'Checkout hangs ' ELSE 'Login loops ' END || n, 'low',
         CASE WHEN n IN (4000, 4400) THEN 80 WHEN n > 3000 THEN n % 80 ELSE 90 END, 4, now()
       FROM generate_series(1, 4500) n`,
    )
    expect(new Set(await found('chekout', '-L', '2'))).toEqual(
      new Set(['Checkout hangs 4000', 'Checkout hangs 4400']),
    )
    expect(await found('chekout 4444', '-L', '1')).toEqual(['Checkout hangs 4444'])
  })

  test('with one word that is in no bug prints those of the highest priority with the others', async () => {
    await db.sql(
      `INSERT INTO bugs (title, severity, priority_score, sla_hours, sla_due_at)
       SELECT 'Checkout hangs ' || n, 'low', CASE WHEN n <= 2 THEN 80 + n ELSE n % 80 END, 4, now()
       FROM generate_series(1, 1200) n`,
    )
    const { stdout } = await cto(db, 'bugs', 'search', 'chekout banana', '-L', '2', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      data: [
        { priorityScore: 82, score: 0.4375 },
        { priorityScore: 81, score: 0.4375 },
      ],
      page: { total: null, hasMore: true },
    })
  })

  test('without a match is an empty list, without a word a usage error', async () => {
    await addBug(db)
    const none = await cto(db, 'bugs', 'search', 'zzqx', '--json')
    expect([none.exitCode, JSON.parse(none.stdout)]).toEqual([
      0,
      { data: [], page: { returned: 0, total: 0, hasMore: false, nextCursor: null } },
    ])
    const { exitCode, stderr } = await cto(db, 'bugs', 'search', '%_"\'\\')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('holds no word\n')
  })
})

describe('a match', () => {
  const shown = async (...flags: string[]) =>
    (
      await cto(
        { ...db, terminal: 60 },
        'bugs',
        'search',
        'timeot',
        '--fields',
        'title',
        '--no-header',
        ...flags,
      )
    ).stdout

  test('is marked on a terminal, by a sign without colour', async () => {
    await addBug(db, { title: 'Payment timeout' })
    expect(await shown()).toBe('Payment *timeout*\n')
    expect(await shown('--color', 'always')).toBe('Payment \u001b[1m\u001b[4mtimeout\u001b[24m\u001b[22m\n')
    expect(await shown('-f', 'tsv')).toBe('Payment timeout\n')
  })

  test('in the description is quoted under its row, and in JSON, unless it is in the title', async () => {
    const description = `${'Lorem ipsum dolor sit amet. '.repeat(5)}\nAt night the payment runs into a timeout. ${'Sed diam. '.repeat(20)}`
    await addBug(db, { title: 'Refund fails', description })
    await addBug(db, { title: 'Timeout of a payment', description: 'A timeout', severity: 'low' })
    const { stdout } = await cto({ ...db, terminal: 80 }, 'bugs', 'search', 'timeot')
    expect(stdout).toBe(
      lines(
        'BUG       SCORE  SEVERITY  STATUS   PRIO  PROJECT  TITLE',
        'BUG-1002   0.86  low       pending     6  —        *Timeout* of a payment',
        'BUG-1001   0.51  medium    pending    24  —        Refund fails',
        '  …the payment runs into a *timeout*. Sed diam. Sed diam. Sed diam. Sed diam.',
        '  Sed diam. Sed diam. Sed diam. Sed diam. Sed diam. Sed diam. Sed diam.…',
      ),
    )
    const json = await cto(db, 'bugs', 'search', 'timeot refund', '--json', '--fields', 'excerpt')
    expect(JSON.parse(json.stdout)).toMatchObject({
      data: [
        {
          excerpt: expect.stringMatching(/^…the payment runs into a timeout\. Sed .+diam\.…$/) as string,
        },
      ],
    })
    const chosen = await cto(
      { ...db, terminal: 80 },
      'bugs',
      'search',
      'timeot',
      '--fields',
      'title',
      '--no-header',
    )
    expect(chosen.stdout).toBe(lines('*Timeout* of a payment', 'Refund fails'))
  })
})

describe('a search for a name', () => {
  test('finds the bug of a number, a key or a URL first, then the matches of the words', async () => {
    await addBug(db, { title: 'Fails like BUG-1002 did, or WEB-12', severity: 'critical' })
    const { id } = await addBug(db, { title: 'Logo is blurred', severity: 'low' })
    const url = 'https://tracker.example.com/browse/WEB-12'
    await db.sql(`UPDATE bugs SET external_source = 'jira', external_id = 'WEB-12', external_url = '${url}'
      WHERE id = '${id}'`)
    for (const text of ['BUG-1002', 'bug-1002', 'WEB-12']) {
      expect([text, await found(text)]).toEqual([
        text,
        ['Logo is blurred', 'Fails like BUG-1002 did, or WEB-12'],
      ])
    }
    for (const text of ['1002', url, id])
      expect([text, (await found(text))[0]]).toEqual([text, 'Logo is blurred'])
    expect(await found('BUG-1002', '--severity', 'critical')).toEqual(['Fails like BUG-1002 did, or WEB-12'])
    const { stdout } = await cto(db, 'bugs', 'search', 'BUG-1002', '--json', '--limit', '1')
    expect(JSON.parse(stdout)).toMatchObject({ data: [{ score: 1 }], page: { returned: 1, total: 2 } })
  })

  test('continues after the cursor of the previous page, each match once', async () => {
    for (const n of [1, 2, 3, 4, 5]) await addBug(db, { title: `Leak number ${n}` })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const flags: string[] = cursor === null ? [] : ['--cursor', cursor]
      const { stdout } = await cto(db, 'bugs', 'search', 'leak', '--json', '--limit', '2', ...flags)
      const { data, page } = JSON.parse(stdout) as {
        data: { title: string }[]
        page: { nextCursor: string | null; hasMore: boolean }
      }
      expect(page.hasMore).toBe(page.nextCursor !== null)
      seen.push(...data.map(({ title }) => title))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5].map((n) => `Leak number ${n}`))
    expect(await cto(db, 'bugs', 'search', 'leak', '--cursor', 'x')).toMatchObject({ exitCode: 2 })
  })
})
