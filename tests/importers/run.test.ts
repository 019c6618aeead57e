import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { parseMaxErrors } from '../../src/importers/file/max-errors.js'
import { rejectsFile } from '../../src/importers/csv/rejects.js'
import { Tally } from '../../src/importers/load/tally.js'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importFile, importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const all = { maxErrors: { percent: 100 } }
const statusChoices = '(STATUS: pending, in_progress, verified, shipped, closed, deferred)'

describe('rows that are not data', () => {
  it('are skipped and counted: a preamble, empty records and a footer', async () => {
    const text = lines(
      'Weekly report',
      '',
      'Issue key,Summary,Status',
      'A-1,x,Open',
      ',,',
      '',
      'A-2,y,Done',
      'Total: 2',
    )
    const { counts, records, plan } = await importText('bugs', text)
    expect(records.map((bug) => bug.externalId)).toEqual(['A-1', 'A-2'])
    expect(counts).toEqual({
      records: 7,
      created: 2,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      skipped: 5,
      duplicates: 0,
    })
    expect(plan.survey.dataRecords).toBe(2)
  })

  it('are headers repeated among the records, as where exports were joined', async () => {
    const page = ['Issue key,Summary,Status', 'A-1,x,Open']
    const text = lines(...page, '', ...page) + '\f' + lines(...page, 'A-2,y,Done')
    const { counts, records } = await importText('bugs', text)
    expect(records.map((bug) => bug.externalId)).toEqual(['A-1', 'A-2'])
    expect(counts).toMatchObject({ records: 7, created: 2, skipped: 3, duplicates: 2 })
  })

  it('are all but the header of a file without records', async () => {
    const { counts } = await importText('bugs', lines('Issue key,Summary,Status'))
    expect(counts).toMatchObject({ records: 0, created: 0, rejected: 0 })
  })

  it('are not those of a second table, which stops the import', async () => {
    const people = ['', 'Assignee,Status,Created,Team', 'Ann,Open,2026-01-31,Web']
    const text = lines('Issue key,Summary,Status,Created', 'A-1,x,Open,2026-01-31', ...people)
    await expect(importText('bugs', text)).rejects.toMatchObject({
      code: 'BAD_FILE',
      message: '"export.csv" holds several tables: another one begins on line 4',
      reason: 'its header: Assignee, Status, Created, Team',
      hint: 'import each table from a file of its own',
    })
  })

  it('are the last N records with --footer', async () => {
    const { records } = await importText('bugs', lines('Key,Summary', 'A-1,x', 'A-2,y', 'A-3,z'), {
      dialect: { footer: 2 },
    })
    expect(records.map((bug) => bug.externalId)).toEqual(['A-1'])
  })
})

describe('rows that cannot be imported', () => {
  const text = lines(
    'Issue key,Summary,Status,Created,Original estimate',
    'A-1,"fine, really",Open,2026-01-31,',
    'A-2,,Odd,someday,-5',
    'A-3,short',
    'A-4,long,Open,2026-01-31,,x',
    'A-5,nul\0,Open,2026-01-31,',
    'A-6,"bad" quote,Open,2026-01-31,',
    'A-7,again,odd,2026-01-31,',
  )

  it('are rejected with all their problems, in groups with the flag that fixes them', async () => {
    const { run, counts } = await importText('bugs', text, all)
    expect(counts).toMatchObject({ records: 7, created: 1, rejected: 6 })
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_ENUM status "Odd" 2×, first record 2 → --map "status.Odd=STATUS" (STATUS: pending, in_progress, verified, shipped, closed, deferred)',
      'E_REQUIRED title (must not be empty) 1×, first record 2',
      'E_DATE createdAt "someday" (not in the format iso of its column) 1×, first record 2',
      'E_NUMBER estimatedHours "-5" (not a number of seconds) 1×, first record 2',
      'E_SHORT (2 cells for 5 columns) 1×, first record 3 → --pad',
      'E_LONG (6 cells for 5 columns) 1×, first record 4',
      'E_NUL (holds a NUL character) 1×, first record 5',
      'E_QUOTE (a quote is not closed, or text follows a closing one) 1×, first record 6 → --quote none, if quotes enclose nothing',
    ])
    expect(run.tally.problems.firstErrors[0]).toBe('record 2: E_ENUM status "Odd"')
  })

  it('are fewer with --pad, with answers, or with defaults for unknown values', async () => {
    expect((await importText('bugs', text, { ...all, pad: true })).counts.created).toBe(2)
    expect(
      (await importText('bugs', text, { ...all, map: ['status.odd=closed'] })).records.at(-1),
    ).toMatchObject({
      externalId: 'A-7',
      status: 'closed',
    })
    expect(
      (await importText('bugs', text, { ...all, onUnknown: 'default' })).run.tally.values['status'],
    ).toEqual([
      { from: 'Open', to: 'pending', count: 1 },
      { from: 'odd', to: 'pending', count: 1 },
    ])
  })

  it('are asked about once per value', async () => {
    const questions: string[] = []
    const rows = lines('Key,Summary,Status', 'A-1,x,Odd', 'A-2,y,odd', 'A-3,z,Even', 'A-4,z,even')
    const { records } = await importText('bugs', rows, {
      ...all,
      ask: ({ field, value, record, choices }) => {
        questions.push(`${field} ${value} ${record} ${choices.length}`)
        return Promise.resolve(value === 'Odd' ? 'verified' : null)
      },
    })
    expect(questions).toEqual(['status Odd 1 6', 'status Even 3 6'])
    expect(records.map((bug) => bug.status)).toEqual(['verified', 'verified'])
  })

  it('stop the import beyond --max-errors, with the most frequent problem', async () => {
    await expect(importText('bugs', text)).rejects.toMatchObject({
      code: 'TOO_MANY_REJECTS',
      message: '6 of 7 records rejected; nothing was written',
      reason: 'mostly E_ENUM status "Odd" 2×, first record 2',
      hint: '--map "status.Odd=STATUS" (STATUS: pending, in_progress, verified, shipped, closed, deferred), --pad, --quote none, if quotes enclose nothing; or allow more: --max-errors N%',
    })
    const words = ['kritisch', 'arg', 'egal', 'nett', 'P9'].map((word, at) => `A-${at},x,${word}`)
    const all = '=SEVERITY" (SEVERITY: critical, high, medium, low)'
    await expect(importText('bugs', lines('Issue key,Summary,Priority', ...words))).rejects.toMatchObject({
      hint: `--map "severity.kritisch=critical", --map "severity.arg${all}, --map "severity.egal${all}, and 2 more above; or allow more: --max-errors N%`,
    })
    const parked = ['parked', 'finished'].map((word, at) => `A-${at},x,${word}`)
    await expect(importText('bugs', lines('Issue key,Summary,Status', ...parked))).rejects.toMatchObject({
      hint: '--map "status.parked=deferred" --map "status.finished=closed"; or allow more: --max-errors N%',
    })
    await expect(importText('bugs', text, { maxErrors: parseMaxErrors('5') })).rejects.toThrow('6 of 7')
    await expect(importText('bugs', text, { maxErrors: parseMaxErrors('6') })).resolves.toBeDefined()
    await expect(
      importText('bugs', lines('Key,Summary', 'A,'), { maxErrors: parseMaxErrors('0') }),
    ).rejects.toThrow('1 of 1')
    expect(() => parseMaxErrors('110%')).toThrow('not a number of errors')
  })

  it('stop a file of the wrong kind long before its end', async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => `K-${n},some title,nonsense`)
    const before = process.cpuUsage()
    const seen: number[] = []
    const flags = {
      onProgress: ({ records }: { records: number }) => seen.push(records),
      maxErrors: parseMaxErrors('20%'),
    }
    await expect(importText('bugs', lines('Key,Summary,Status', ...rows), flags)).rejects.toMatchObject({
      code: 'TOO_MANY_REJECTS',
    })
    expect(seen).toEqual([])
    // Of this process alone: the machine may have other work.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000)
  })
})

describe('the rejects file', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cto-rejects-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function importAndKeep(content: string | Buffer, flags: object = {}): Promise<string> {
    const path = join(folder, 'bugs.csv')
    await writeFile(path, content)
    let keep = (): Promise<string | null> => Promise.resolve(null)
    const imported = await importFile('bugs', path, {
      ...all,
      ...flags,
      rejects: (plan) => {
        const rejects = rejectsFile(plan, { folder })
        keep = rejects.keep
        return rejects
      },
    })
    expect(imported.counts.rejected).toBeGreaterThan(0)
    return String(await keep())
  }

  const original =
    'Issue key;Summary;Status\r\nA-1;"fine; ""really""";Open\r\nA-2;"two\r\nlines";Odd\r\nA-3\r\nA-4;x;y;z\r\n'

  it('holds the original header and rows byte for byte, with the reasons', async () => {
    const path = await importAndKeep(original)
    expect(path).toBe(join(folder, 'bugs.rejects.csv'))
    expect(await readFile(path, 'utf8')).toBe(
      'reject_record;reject_first_line;reject_last_line;reject_column;reject_value;reject_code;reject_reason;reject_fix;reject_preset;reject_source;Issue key;Summary;Status\r\n' +
        `2;3;4;Status;Odd;E_ENUM;unknown value;"add --map ""status.Odd=STATUS"" ${statusChoices}";jira;jira;A-2;"two\r\nlines";Odd\r\n` +
        '3;5;5;;;E_SHORT;1 cell for 3 columns;add --pad;jira;jira;A-3\r\n' +
        '4;6;6;;;E_LONG;4 cells for 3 columns;;jira;jira;A-4;x;y;z\r\n',
    )
    expect(await readdir(folder)).toEqual(['bugs.csv', 'bugs.rejects.csv'])
  })

  it('has the flag for each problem of a row, in the order of the problems', async () => {
    const rows = 'Issue key,Summary,Status,Created\nA-1,,parked,1/2/2026 BST\nA-2,x,Open,2/3/2026 GMT\n'
    const text = await readFile(await importAndKeep(rows), 'utf8')
    expect(text).toContain(
      '"add --map ""status.parked=deferred""\n\nadd --tz Europe/London, if BST is the time there",jira',
    )
  })

  it('can be corrected and imported again', async () => {
    const path = await importAndKeep(original)
    const again = await importFile('bugs', path, { ...all, map: ['status.odd=closed', 'title=#2'] })
    expect(again.records).toMatchObject([{ externalId: 'A-2', title: 'two\r\nlines', status: 'closed' }])
    expect(again.counts).toMatchObject({ records: 3, rejected: 2 })
  })

  it('has a corrected header in one line, and is read like that file', async () => {
    const text = 'Issue key, "Summary, Status\nA-1, "fine, really", Open\nA-2, x, Odd\nA-3, y, Done\n'
    const path = await importAndKeep(text)
    expect((await readFile(path, 'utf8')).split('\n').slice(0, 2)).toEqual([
      'reject_record, reject_first_line, reject_last_line, reject_column, reject_value, reject_code, reject_reason, reject_fix, reject_preset, reject_source, Issue key, Summary, Status',
      `2, 3, 3, Status, Odd, E_ENUM, unknown value, "add --map ""status.Odd=STATUS"" ${statusChoices}", jira, jira, A-2, x, Odd`,
    ])
    const again = await importFile('bugs', path, { map: ['status.odd=closed'] })
    expect(again.records).toMatchObject([{ externalId: 'A-2', title: 'x', status: 'closed' }])
  })

  it('never overwrites a file', async () => {
    await importAndKeep(original)
    expect(await importAndKeep(original)).toBe(join(folder, 'bugs.rejects-2.csv'))
    expect(await importAndKeep(original)).toBe(join(folder, 'bugs.rejects-3.csv'))
  })

  it('is written in the encoding of the file', async () => {
    const text = lines('Key,Summary,Status', 'A-1,\x93Größe\x94,Ödd', 'A-2,x,Open')
    const bytes = Buffer.from(text, 'latin1')
    const path = await importAndKeep(bytes, { encoding: 'windows-1252' })
    expect((await readFile(path)).includes(Buffer.from('\x93Größe\x94,Ödd', 'latin1'))).toBe(true)
  })

  it('of a headerless file numbers its columns, and is read like that file', async () => {
    const text =
      '12\tOPEN\tCrash\tbug\t2026-01-31T10:00:00Z\n13\tODD\t"x\t\t2026-01-30T10:00:00Z\n14\tOPEN\tz\t\t2026-01-30T10:00:00Z\n'
    const flags = { dialect: { quote: 'none' } }
    const path = await importAndKeep(text, flags)
    const again = await importFile('bugs', path, { ...flags, map: ['status.odd=closed'] })
    expect(again.plan.table.columns).toEqual(['number', 'state', 'title', 'labels', 'updated_at'])
    expect(again.records).toMatchObject([{ externalId: '13', title: '"x', status: 'closed' }])
  })

  it('leaves nothing behind after a rollback', async () => {
    await writeFile(join(folder, 'bugs.csv'), original)
    let discard = (): Promise<void> => Promise.resolve()
    await importFile('bugs', join(folder, 'bugs.csv'), {
      rejects: (plan) => {
        const rejects = rejectsFile(plan, { folder })
        discard = rejects.discard
        return rejects
      },
    }).catch(() => discard())
    expect(await readdir(folder)).toEqual(['bugs.csv'])
  })

  it('stops the import if it cannot be written', async () => {
    const rejects = rejectsFile((await importText('bugs', original, all)).plan, {
      folder: join(folder, 'missing'),
    })
    await expect(
      rejects.add({ number: 1, firstLine: 1, lastLine: 1, cells: [], raw: '', badQuote: false }, []),
    ).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
    })
  })
})

describe('records with one key', () => {
  it('count as duplicates of the last, however far apart, with the fields that differ', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => `A-${n % 10},title ${n},${n < 15 ? 'Open' : 'Done'}`)
    const { run, counts, records } = await importText('bugs', lines('Key,Summary,Status', ...rows), {
      batchSize: 7,
    })
    expect(counts).toMatchObject({ records: 30, created: 10, duplicates: 20 })
    expect(records.map((bug) => bug.title)).toEqual(Array.from({ length: 10 }, (_, n) => `title ${n + 20}`))
    expect([...run.conflicts]).toEqual([
      ['title', 20],
      ['status', 10],
    ])
  })

  it('do not count a broken row as the last of their key', async () => {
    const { records } = await importText('bugs', lines('Key,Summary,Status', 'A-1,x,Open', 'A-1,broken'), all)
    expect(records).toHaveLength(1)
  })

  it('are found by several columns, or by content, if no column is a key', async () => {
    const text = lines('Repo,No,Summary', 'web,1,x', 'web:1,,y', 'web,1,z')
    const keyed = await importText('bugs', text, { key: 'Repo,No' })
    expect(keyed.records.map((bug) => bug.externalId)).toEqual(['web\\:1:', 'web:1'])
    const { plan, records, counts } = await importText(
      'bugs',
      lines('Summary,Status', 'x,Open', 'y,Open', 'x,Open'),
    )
    expect(counts.duplicates).toBe(1)
    expect(records[0]?.externalId).toMatch(/^content:[0-9a-f]{32}$/)
    expect(plan.warnings[0]).toContain('no column identifies the records')
  })
})

describe('resolution dates', () => {
  it('are used only for resolved bugs; dropped and missing ones are counted', async () => {
    const text = lines(
      'Key,Summary,Status,Resolved',
      'A-1,x,Done,2026-01-31',
      'A-2,y,Open,2026-01-31',
      'A-3,z,Closed,',
    )
    const { records, run } = await importText('bugs', text)
    expect(records.map((bug) => bug.resolvedAt?.toISOString() ?? null)).toEqual([
      '2026-01-31T00:00:00.000Z',
      null,
      null,
    ])
    expect(run.tally).toMatchObject({ resolvedAtDropped: 1, resolvedWithoutDate: 1 })
  })
})

describe('dates of a file', () => {
  const rows = Array.from({ length: 1500 }, (_, n) => `A-${n},x,0${(n % 9) + 1}/0${((n + 3) % 9) + 1}/2024`)

  it('are determined by a value far after the samples', async () => {
    const { records } = await importText('bugs', lines('Key,Summary,Created', ...rows, 'B-1,y,02/28/2024'))
    expect(records[0]?.createdAt).toEqual(new Date('2024-01-04T00:00:00Z'))
  })

  it('have the format of most of the column, even if its beginning has another', async () => {
    const early = Array.from({ length: 1500 }, (_, n) => `A-${n},x,2024-01-04`)
    const late = Array.from({ length: 3000 }, (_, n) => `B-${n},x,0${(n % 9) + 1}/0${((n + 3) % 9) + 1}/2024`)
    const text = lines('Key,Summary,Created', ...early, ...late, 'C-1,y,02/28/2024')
    const { counts, records } = await importText('bugs', text, all)
    expect(counts).toMatchObject({ created: 3001, rejected: 1500 })
    expect(records[0]?.createdAt).toEqual(new Date('2024-01-04T00:00:00Z'))
  })

  it('are an error if ambiguous, unless the user sets the format', async () => {
    const text = lines('Key,Summary,Created', ...rows)
    await expect(importText('bugs', text)).rejects.toMatchObject({ code: 'AMBIGUOUS' })
    const { records } = await importText('bugs', text, { dateFormat: 'dd/MM/yyyy', zone: 'Europe/Berlin' })
    expect(records[0]?.createdAt).toEqual(new Date('2024-03-31T22:00:00Z'))
  })
})

describe('people and users', () => {
  it('match people that the finder knows; unknown ones stay empty and are counted', async () => {
    const text = lines('Key,Summary,Assignee,Reporter', 'A-1,x,ada,Ben <ben@example.com>', 'A-2,y,zoe,')
    const { records, run } = await importText('bugs', text, {
      findPerson: (label) => (label === 'ada' ? 'ada@example.com' : null),
    })
    expect(records.map(({ assignee, creator }) => [assignee?.email, creator?.name])).toEqual([
      ['ada@example.com', 'Ben'],
      [undefined, undefined],
    ])
    expect(run.tally.strangers).toBe(1)
    expect([...run.tally.strangerNames]).toEqual(['zoe'])
  })

  it('are imported themselves', async () => {
    const text = lines(
      'E-mail,Full name,Role',
      'ADA@example.com,Ada,Senior Engineer',
      'ben@example.com,,',
      'nobody,x,CTO',
    )
    const { records, run } = await importText('users', text, all)
    expect(records).toEqual([
      { email: 'ada@example.com', name: 'Ada', role: 'senior_engineer', isActive: true },
      { email: 'ben@example.com', name: 'ben', role: 'engineer', isActive: true },
    ])
    expect(run.tally.problems.groups[0]?.problem).toMatchObject({ code: 'E_EMAIL', column: 'E-mail' })
  })
})

describe('the accounting', () => {
  it('rejects an import whose counts do not add up', () => {
    const tally = new Tally()
    tally.records = 10
    tally.rejected = 2
    const written = { created: 5, updated: 2, unchanged: 1, skipped: 0 }
    expect(tally.settle(written, 10)).toMatchObject({ records: 10 })
    expect(() => tally.settle({ ...written, unchanged: 0 }, 10)).toThrow('do not add up')
    expect(() => tally.settle(written, 11)).toThrow('do not add up')
  })
})
