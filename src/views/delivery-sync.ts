import { counted } from '../domain/counted.js'
import type { DeliverySync } from '../shapes/repository-import.js'

const words = {
  pullRequests: 'pull request',
  reviews: 'review',
  comments: 'comment',
  commits: 'commit',
  issues: 'issue',
  deployments: 'deployment',
} as const

/** `2 pull requests, 1 review`: what a sync read, in one line. */
export function factsRead(sync: DeliverySync): string {
  const found = (Object.keys(words) as (keyof typeof words)[]).filter((kind) => sync[kind] > 0)
  const facts = found.map((kind) => counted(sync[kind], words[kind])).join(', ')
  return `${sync.isResumed ? 'resumed; ' : ''}${facts === '' ? 'nothing new' : facts}`
}
