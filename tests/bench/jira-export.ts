import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** Writes invented bugs in Jira's format, about 400 bytes each, the same in every run. */
export async function writeJiraExport(file: string, rows: number): Promise<void> {
  const vocabulary =
    'payment checkout gateway timeout search index session cache retry login token upload report invoice queue worker'.split(
      ' ',
    )
  let state = 7
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state % below
  }
  const text = (length: number) =>
    Array.from({ length }, () => vocabulary[random(vocabulary.length)]).join(' ')
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const out = createWriteStream(file)
  out.write('Issue key,Summary,Description,Priority,Status,Assignee,Project name,Created,Updated\n')
  for (let row = 1; row <= rows; row += 1) {
    const created = 1.6e12 + random(1e8) * 1000
    const cells = [
      `BENCH-${row}`,
      `"${text(6)} ${row}"`,
      `"${text(22)},\n${text(14)}"`,
      ['Highest', 'High', 'Medium', 'Low'][random(4)],
      'Open',
      `dev${random(40)}@example.com`,
      `Project ${random(20)}`,
      time(created),
      time(created + 1e9),
    ]
    if (!out.write(`${cells.join(',')}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
