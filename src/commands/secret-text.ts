import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import type { Context } from '../context.js'
import { UsageError } from '../errors.js'

const mostBytes = 64 * 1024

/**
 * A secret from standard input, or typed on a terminal, which does not show it; without the line end that `echo` adds.
 *
 * @throws UsageError where it is empty, longer than 64 KB, or no UTF-8
 */
export async function readSecretText(ctx: Context, question: string): Promise<string> {
  const text = ctx.ask.canAsk ? await ctx.ask.secret(question) : await readStdin(ctx)
  const value = text.replace(/\r?\n$/, '')
  if (value === '')
    throw new UsageError('standard input holds no secret', {
      hint: 'pipe it in, as cat FILE | cto secrets set NAME',
    })
  return value
}

async function readStdin(ctx: Context): Promise<string> {
  const bytes = await buffer(limited(ctx.line.stdin))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError('the secret is not text in UTF-8', { hint: 'encode it first: base64' })
  }
}

function limited(stdin: AsyncIterable<Uint8Array>): Readable {
  async function* chunks() {
    let bytes = 0
    for await (const chunk of stdin) {
      bytes += chunk.length
      if (bytes > mostBytes) throw new UsageError(`a secret has at most ${mostBytes / 1024} KB`)
      yield chunk
    }
  }
  return Readable.from(chunks())
}
