import type { Groups } from './seen.js'

/**
 * The facts, each with the groups of fields that its sources give together. Fields that are not listed are derived from
 * other facts, or set by users.
 */
export const facts = {
  repository: {
    table: 'repositories',
    groups: {
      core: ['fullName', 'organizationId'],
      details: ['url', 'defaultBranch', 'language', 'isPrivate', 'isArchived', 'sourceUpdatedAt'],
      level: ['sensitivity'],
    },
  },
  account: {
    table: 'accounts',
    groups: { login: ['login'], bot: ['isBot'], name: ['name'] },
  },
  pullRequest: {
    table: 'pull_requests',
    groups: {
      core: [
        ...['externalId', 'title', 'authorId', 'isDraft', 'baseBranch', 'headBranch', 'headSha'],
        ...['labels', 'url', 'detail', 'sourceUpdatedAt'],
      ],
      opened: ['openedAt'],
      mentions: ['mentions'],
      draft: ['readyAt'],
      sizes: ['additions', 'deletions', 'changedFiles'],
      merge: ['state', 'mergedAt', 'closedAt', 'mergeSha', 'mergedById'],
    },
  },
  issue: {
    table: 'issues',
    groups: {
      core: [
        ...['externalId', 'title', 'state', 'stateReason', 'authorId', 'assigneeId', 'labels', 'closedAt'],
        ...['url', 'sourceUpdatedAt'],
      ],
      opened: ['openedAt'],
      gone: ['goneAt'],
    },
  },
  response: {
    table: 'pull_request_reviews',
    groups: { core: ['authorId', 'submittedAt'], state: ['state'] },
  },
  commit: {
    table: 'commits',
    groups: {
      core: ['authorId', 'committerId', 'authoredAt', 'committedAt', 'subject', 'revertsSha', 'parents'],
      sizes: ['additions', 'deletions', 'filesChanged'],
      branch: ['onDefaultBranch'],
      pull: ['pullRequestId'],
    },
  },
  deployment: {
    table: 'deployments',
    groups: {
      core: ['environment', 'service', 'sha', 'ref', 'startedAt'],
      end: ['status', 'finishedAt'],
    },
  },
} as const satisfies Record<string, { table: string; groups: Groups }>

export type FactName = keyof typeof facts
