import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import webhooks from '@octokit/webhooks-examples' with { type: 'json' }

/** The first hour of 2015 of GH Archive, where it is available. */
export const archiveHour = path.resolve('../shared/data/github/gharchive_2015-01-01-0.json.gz')

/** Its 7,702 events. */
export function archiveLines(): string[] {
  return gunzipSync(readFileSync(archiveHour)).toString('utf8').trim().split('\n')
}

/** GitHub's 329 examples of payloads, each as a server would log its delivery. */
export function exampleDeliveries(): string[] {
  return (webhooks as unknown as { name: string; examples: object[] }[]).flatMap(({ name, examples }) =>
    examples.map((body, at) =>
      JSON.stringify({
        headers: {
          'X-GitHub-Event': name,
          'X-GitHub-Delivery': `${name}-${at}`,
          Date: 'Mon, 02 Mar 2026 08:00:00 GMT',
        },
        body: JSON.stringify(body),
      }),
    ),
  )
}
