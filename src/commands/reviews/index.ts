import type { CommandDefinition } from '../definition.js'
import { reviewsIngestCommand } from './ingest.js'
import { reviewsListCommand } from './list.js'
import { reviewsShowCommand } from './show.js'

export const reviewsGroup: readonly CommandDefinition[] = [
  reviewsIngestCommand,
  reviewsListCommand,
  reviewsShowCommand,
]
