import type { RunningPglite } from './start-pglite.js'

export type Answers = Awaited<ReturnType<RunningPglite['execProtocolStream']>>

/** The rows of a COPY as one message: PGlite gives one for each row, and tens of thousands of them are slow to pass on. */
export function joinRows(answers: Answers): Answers {
  const rows = answers.filter(isRow)
  const [first] = rows
  if (!first) return answers
  const joined = { ...first, chunk: Buffer.concat(rows.map(({ chunk }) => chunk)) }
  return [joined, ...answers.filter((answer) => !isRow(answer))]
}

/** What `joinRows` joined; empty where COPY gave none. */
export function rowsIn(answers: Answers): Uint8Array {
  return answers.find(isRow)?.chunk ?? new Uint8Array(0)
}

type Row = Answers[number] & { chunk: Uint8Array }

function isRow(answer: Answers[number]): answer is Row {
  return answer.name === 'copyData'
}
