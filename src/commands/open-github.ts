import { findTokenSecret } from '../data/delivery/token-secret.js'
import { readSecret } from '../data/secrets/secrets.js'
import type { Database } from '../engine/database.js'
import { UsageError } from '../errors.js'
import type { Context } from '../context.js'
import { encryptionKeys } from './encryption-keys.js'
import type { GithubApiOptions } from '../flags/github-api.js'
import { openGithub, type Github } from '../importers/github/client.js'

interface GithubApi {
  apiUrl: string
  /** Of its repositories. */
  host: string
  github: Github
}

/** Opens GitHub's API for one repository: with the token of its organization where that has one, else as it is. */
export async function openForRepository(
  ctx: Context,
  database: Database,
  { options, fullName, opened }: { options: GithubApiOptions; fullName: string; opened: GithubApi },
): Promise<Github> {
  const { host, github } = opened
  const token = await database.read(async (db) => {
    const secret = await findTokenSecret(db, { host, fullName })
    return secret === null ? null : readSecret(db, secret, encryptionKeys(ctx))
  })
  return token === null ? github : openGithubApi(ctx, options, token).github
}

/** Opens GitHub's API. The token is GITHUB_TOKEN unless another one, or null for none, is given. */
export function openGithubApi(
  ctx: Context,
  options: GithubApiOptions,
  token: string | null = ctx.line.settings.values.githubToken,
): GithubApi {
  const apiUrl = requireApiUrl(options.apiUrl ?? variable(ctx, 'GITHUB_API_URL') ?? 'https://api.github.com')
  const { version, signal } = ctx.line
  const { maxWait: maxWaitSeconds } = options
  const github = openGithub({
    apiUrl,
    token: token ?? undefined,
    version,
    signal,
    maxWaitSeconds,
    onWait: ctx.out.notice,
  })
  return { apiUrl, host: hostOf(apiUrl), github }
}

/** The host of the repositories of an API. A server on this machine stands for github.com. */
function hostOf(apiUrl: string): string {
  const { hostname } = new URL(apiUrl)
  return isThisMachine(hostname) ? 'github.com' : hostname.replace(/^api\./, '')
}

/** The value of a variable; an empty one counts as unset. */
function variable({ line }: Context, name: string): string | undefined {
  return line.env[name] === '' ? undefined : line.env[name]
}

/** The token is sent to this URL, so http is allowed only to this machine. */
function requireApiUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isLocal = url !== null && isThisMachine(url.hostname)
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return text.replace(/\/+$/, '')
  throw new UsageError(`not the URL of an API: "${text}"`, { hint: '--api-url https://HOST/api/v3' })
}

function isThisMachine(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
