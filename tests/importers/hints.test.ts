import { expect, test } from 'vitest'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

async function hintsOf(...rows: string[]): Promise<string[]> {
  const { run } = await importText('bugs', lines(...rows), { from: 'generic', maxErrors: { percent: 100 } })
  return run.tally.problems.groups.map(describeGroup).map((group) => group.replace(/^.* → /, ''))
}

test.each([
  ['severity', 'Unbreak Now!', `--map 'severity.Unbreak Now!=critical'`],
  ['severity', 'Severity 1', '--map "severity.Severity 1=critical"'],
  ['severity', 'Severity 4', '--map "severity.Severity 4=low"'],
  ['status', "Can't Reproduce", '--map "status.Can\'t Reproduce=closed"'],
])(
  'the flag for an unknown %s "%s" is quoted for a shell, with a likely value',
  async (field, word, flag) => {
    expect(await hintsOf(`ID,Title,${field}`, `1,a,${word}`)).toEqual([flag])
  },
)

test('a zero-width space in a word is ignored', async () => {
  expect(await hintsOf('ID,Title,Status', '1,a,Open\u200b')).toEqual([])
})
