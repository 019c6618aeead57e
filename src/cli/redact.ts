import { escapeJson, visible } from '../output/visible.js'
import { otherVariables } from '../settings/other-variables.js'
import { passwordsIn, withoutPasswords } from '../settings/secret-url.js'
import type { Setting } from '../settings/setting.js'
import { settingsTable } from '../settings/table.js'
import type { Env, Host } from './host.js'
import type { CommandSettings } from './settings.js'

const settings = Object.values(settingsTable as Record<string, Setting<unknown>>)
const variablesOf = (kind: NonNullable<Setting<unknown>['secret']>) => [
  ...settings.filter(({ secret }) => secret === kind).flatMap(({ variables }) => variables),
  ...otherVariables.flatMap(([, , secret = {}]) =>
    Object.keys(secret).filter((variable) => secret[variable] === kind),
  ),
]

/** Variables that are URLs with a password, and those that are a secret themselves. */
const urlVariables = variablesOf('url')
const secretVariables = variablesOf('value')

interface Redacting {
  /** The same host, with secrets masked in all output on stderr. */
  host: Host
  clean(text: string): string
  /** There are more secrets than those of the environment that the process began with. */
  keepSecret(...more: readonly string[]): void
}

export function redacting(host: Host): Redacting {
  let secrets = secretsOf(host.env)
  const { stderr } = host
  const clean = (text: string) => redact(text, secrets)
  return {
    clean,
    host: {
      ...host,
      stderr: {
        write: (data) => {
          stderr.write(typeof data === 'string' ? clean(data) : data)
        },
        flushed: () => stderr.flushed(),
        get isClosed() {
          return stderr.isClosed
        },
        get isTerminal() {
          return stderr.isTerminal
        },
        get width() {
          return stderr.width
        },
        get height() {
          return stderr.height
        },
      },
    },
    keepSecret: (...more) => {
      secrets = [...secrets, ...more]
    },
  }
}

/** Masks secrets in a text: the given ones in every encoding, and whatever looks like one. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).filter((form) => form.length > 3)
  const known = [...new Set(forms)]
    // A longer one may begin with a shorter one.
    .sort((a, b) => b.length - a.length)
    // Most texts hold none, and the pattern of one takes 2 ms to compile.
    .reduce((out, form) => (out.includes(form) ? out.replaceAll(occurrencesOf(form), '***') : out), text)
  return withoutPasswords(known)
    .replace(/\b(?:gh[opsur]_[A-Za-z0-9]{16,}|github_pat_\w{20,})/g, '***')
    .replace(/\b((?:PG|ssl)?password\s*=\s*)(?:'[^']*'|"[^"]*"|[^\s'",;&]+)/gi, '$1***')
    .replace(/\b(["']?password["']?:\s*)(["'])(?:\\.|(?!\2).)*\2/gi, '$1***')
    .replace(/\b(authorization:\s*\w+\s+)[^\s"',;]+/gi, '$1***')
}

/**
 * Of a secret that may be a word of a language, only where it stands alone: a password `secret` must not mask a part of
 * `secrets`. It also stands alone after the letters of an escaped character, as in JSON and URLs.
 */
function occurrencesOf(form: string): RegExp | string {
  if (!/^[A-Za-z]+$/.test(form)) return form
  const start = String.raw`(?:(?<![\p{L}\p{N}_])|(?<=\\[bfnrt]|\\u[\da-fA-F]{4}|\\u\{[\da-fA-F]+\}|\\x[\da-fA-F]{2}|%[\da-fA-F]{2}))`
  return new RegExp(String.raw`${start}${form}(?![\p{L}\p{N}_])`, 'gu')
}

/** The secrets in the settings, those of `--env-file` and the profiles included. */
export function secretsIn({ env, profiles }: Pick<CommandSettings, 'env' | 'profiles'>): string[] {
  const urls = Object.values(profiles).flatMap(({ url, directUrl, readUrl }) =>
    [url, directUrl, readUrl].filter((each) => each !== null),
  )
  return [...secretsOf(env), ...urls.flatMap(passwordsIn)]
}

/** The secrets in an environment. */
export function secretsOf(env: Env): string[] {
  return [
    ...secretVariables.map((name) => env[name] ?? ''),
    ...urlVariables.flatMap((name) => passwordsIn(env[name] ?? '')),
  ].filter((secret) => secret !== '')
}

/** Its spellings: as it is, in a URL, in JSON, and with control characters escaped. */
function formsOf(secret: string): string[] {
  // encodeURIComponent throws at half a surrogate, which no URL can hold.
  const encoded = /\p{Cs}/u.test(secret) ? [] : [encodeURIComponent(secret)]
  return [secret, escapeJson(JSON.stringify(secret)).slice(1, -1), visible(secret), ...encoded]
}
