import type { AskHandle, SearchChoice } from '../context.js'
import { CtoError, UsageError } from '../errors.js'
import { visible } from '../output/visible.js'
import type { HandleInput } from './handle-input.js'
import type { Host } from './host.js'
import type { ProgressOnScreen } from './progress.js'

/** Questions, asked on stderr so that stdout stays data. */
export function createPrompts(
  { host, options, settings }: HandleInput,
  progress: Pick<ProgressOnScreen, 'hiddenWhile'>,
): AskHandle {
  const ask: Ask = (question) => progress.hiddenWhile(() => prompt(host, question))
  const prompts: AskHandle = {
    get canAsk() {
      return host.stdin.isTerminal && host.stderr.isTerminal && options().input && !settings().env['CI']
    },
    confirm: async (question) => {
      const { yes, dryRun } = options()
      if (yes || dryRun) return
      if (!prompts.canAsk) {
        throw new CtoError('NOT_CONFIRMED', `confirmation needed to ${asPurpose(question)}`, {
          hint: 'add --yes',
        })
      }
      // No default answer: Enter alone neither confirms nor refuses.
      const validate = (text: string) => /^(y|yes|n|no)$/i.test(text.trim()) || 'answer y or n'
      const answer = await input(ask, `${question} (y/n)`, validate)
      if (!/^y/i.test(answer.trim())) throw new CtoError('NOT_CONFIRMED', 'nothing was done')
    },
    confirmName: async (question, name, given) => {
      if (given === undefined && !prompts.canAsk) {
        throw new CtoError('NOT_CONFIRMED', `confirmation needed to ${asPurpose(question)}`, {
          hint: `add --confirm ${name}`,
        })
      }
      if (given === undefined && options().yes)
        host.stderr.write(`--yes does not answer this question; --confirm ${name} does\n`)
      const typed = given ?? (await prompts.text(`${question} Type ${name} to go on:`))
      if (typed.trim() !== name) throw new UsageError(`"${typed}" is not ${name}; nothing was done`)
    },
    text: (message, refusal = () => null) => input(ask, message, (answer) => refusal(answer) ?? true),
    secret: (message) => ask<string>({ type: 'password', message }),
    choose: (message, choices, suggestion) =>
      ask<(typeof choices)[number]>({
        type: 'select',
        message,
        choices: [...choices],
        default: suggestion,
      }),
    search: async (message, find) => {
      let offered: ReturnType<typeof find> = []
      const source = (typed?: string) => {
        offered = find(typed ?? '')
        return offered.map(shown)
      }
      for (;;) {
        const chosen = await ask<unknown>({ type: 'search', message, source })
        // An Enter that comes with the text before it, typed while names were read, takes what was offered before.
        const isOffered = offered.find(({ value }) => value === chosen)
        const [first] = offered
        if (!isOffered && first) host.stderr.write(`${message} ${shown(first).name}, as typed\n`)
        const taken = isOffered ?? first
        if (taken) return taken.value
      }
    },
    edit: async (text, name) => {
      const { editText } = await import('./editor.js')
      const { env, values } = settings()
      return progress.hiddenWhile(() => editText(text, name, { host, env, editor: values.editor }))
    },
    keep: async (text, name) => {
      const { keepText } = await import('./editor.js')
      return keepText(text, name, host)
    },
  }
  return prompts
}

type Ask = <T>(question: object) => Promise<T>

/** `Assign 7 bugs?` → `assign 7 bugs` */
function asPurpose(question: string): string {
  return (question.slice(0, 1).toLowerCase() + question.slice(1)).replace(/\?$/, '')
}

/** Names come from the database, and may hold control characters. */
function shown<T>({ value, name }: SearchChoice<T>): SearchChoice<T> {
  return { value, name: visible(name) }
}

/** Empties the line after a refused answer: inquirer keeps it by default, and appends the next answer to it. */
function input(ask: Ask, message: string, validate: (answer: string) => string | true): Promise<string> {
  return ask<string>({ type: 'input', message, validate, theme: { validationFailureMode: 'clear' } })
}

/** Ctrl-D on an empty line and a terminal that goes away end a question as Ctrl-C does. */
async function prompt<T>(host: Host, question: object): Promise<T> {
  const { default: inquirer } = await import('inquirer')
  const { input, output } = host.promptStreams()
  const left = new AbortController()
  const leave = () => {
    left.abort()
  }
  // Readline then closes and pauses its input, for which inquirer does not listen: it would wait for ever.
  for (const event of ['pause', 'end']) input.once(event, leave)
  const signal = AbortSignal.any([host.signal, left.signal])
  const asking = inquirer.createPromptModule({ input, output, signal })
  try {
    const { answer } = (await asking([{ ...question, name: 'answer' } as never])) as { answer: T }
    return answer
  } catch (error) {
    host.signal.throwIfAborted()
    if (left.signal.aborted || (error instanceof Error && error.name === 'ExitPromptError')) {
      throw new CtoError('INTERRUPTED', 'interrupted; nothing more was stored', { cause: error })
    }
    throw error
  } finally {
    for (const event of ['pause', 'end']) input.removeListener(event, leave)
  }
}
