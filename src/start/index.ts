import { answerAtOnce, type Answering } from './ready-answer.js'
import type { Running } from './run-program.js'

/** What bin/cto.js passes of the process. */
type Start = Answering & Running

/** Runs the line of the process. What loads and runs the program is itself loaded when no stored answer serves. */
export async function start(process: Start): Promise<void> {
  if (answerAtOnce(process)) return
  const { runProgram } = await import('./run-program.js')
  await runProgram(process)
}
