import type { Ask, Choice } from '../context.js'
import { CtoError, UsageError } from '../errors.js'
import { visible } from '../output/visible.js'
import type { Host } from './host.js'
import type { Settings } from './settings.js'

export interface Prompts extends Ask {
  /** @throws CtoError NOT_CONFIRMED where nobody said yes */
  confirm(question: string, options: ConfirmOptions): Promise<void>
  /** @throws CtoError NOT_CONFIRMED, or UsageError for another name */
  confirmName(question: NameQuestion, canAsk: boolean): Promise<void>
}

interface ConfirmOptions {
  canAsk: boolean
  yes: boolean
  dryRun: boolean
}

interface NameQuestion {
  question: string
  name: string
  given: string | undefined
}

/** Questions, asked on stderr so that stdout stays data. */
export function createPrompts(host: Host, settings: () => Settings): Prompts {
  const prompts: Prompts = {
    text: (message) => prompt<string>(host, { type: 'input', message }),
    secret: (message) => prompt<string>(host, { type: 'password', message }),
    choose: (message, choices) =>
      prompt<(typeof choices)[number]>(host, { type: 'select', message, choices: [...choices] }),
    search: (message, find) =>
      prompt(host, { type: 'search', message, source: (typed?: string) => find(typed ?? '').map(shown) }),
    edit: async (text, name) => {
      const { editText } = await import('./editor.js')
      const { env, values } = settings()
      return editText(text, name, { host, env, editor: values.editor })
    },
    keep: async (text, name) => {
      const { keepText } = await import('./editor.js')
      return keepText(text, name, host)
    },
    confirm: async (question, { canAsk, yes, dryRun }) => {
      if (yes || dryRun) return
      if (!canAsk) throw new CtoError('NOT_CONFIRMED', `${question} needs a yes`, { hint: 'add --yes' })
      // No default: what Enter would mean, nobody has said.
      const validate = (text: string) => /^(y|yes|n|no)$/i.test(text.trim()) || 'answer y or n'
      const answer = await prompt<string>(host, { type: 'input', message: `${question} (y/n)`, validate })
      if (!/^y/i.test(answer.trim())) throw new CtoError('NOT_CONFIRMED', 'nothing was done')
    },
    confirmName: async ({ question, name, given }, canAsk) => {
      if (given === undefined && !canAsk) {
        throw new CtoError('NOT_CONFIRMED', `${question} needs the name of the database`, {
          hint: `add --confirm ${name}`,
        })
      }
      const typed = given ?? (await prompts.text(`${question} Type ${name} to go on:`))
      if (typed.trim() !== name) throw new UsageError(`"${typed}" is not ${name}; nothing was done`)
    },
  }
  return prompts
}

/** Names come from the database, and a terminal must not obey them. */
function shown<T>({ value, name }: Choice<T>): Choice<T> {
  return { value, name: visible(name) }
}

async function prompt<T>(host: Host, question: object): Promise<T> {
  const { default: inquirer } = await import('inquirer')
  const asking = inquirer.createPromptModule({ ...host.promptStreams(), signal: host.signal })
  try {
    const { answer } = (await asking([{ ...question, name: 'answer' } as never])) as { answer: T }
    return answer
  } catch (error) {
    host.signal.throwIfAborted()
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new CtoError('INTERRUPTED', 'interrupted; nothing was done', { cause: error })
    }
    throw error
  }
}
