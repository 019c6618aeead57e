import type { Command } from 'commander'
import { wholeNumber } from './options.js'

export interface GithubApiOptions {
  apiUrl?: string
  maxWait: number
}

/** Flags of commands that read GitHub's API. */
export function githubApiOptions(command: Command): Command {
  return command
    .optionsGroup('Connection:')
    .option(
      '--api-url <url>',
      'API of GitHub Enterprise: https://host/api/v3; default: GITHUB_API_URL, else github.com',
    )
    .option('--max-wait <seconds>', 'longest wait that GitHub’s rate limits may cause', wholeNumber, 3600)
}
