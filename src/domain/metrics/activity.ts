import type { Metric } from './metric.js'

const commits = { over: 'window', sample: 'commits', version: 1 } as const

const onDefault = 'commits of the window on the default branch, without merges'

const forks = 'merges; commits by bots; the same sha in another repository of the organization'

const noCommits = 'null where no repository was synced or has a commit'

const noIssues =
  'pull requests; issues by bots; deleted and transferred ones; null where no repository was synced or has an issue'

/** What people do in repositories: reviews, commits, issues; and what tools say of it. */
export const activityMetrics = {
  'review.count': {
    title: 'reviews',
    unit: 'reviews',
    over: 'window',
    sample: 'reviews',
    column: 'counted',
    aggregate: 'count',
    formula: 'reviews that humans submitted in the window',
    exclusions:
      "the author's own; comments outside a review; null where no repository was synced or has a pull request",
    better: 'more',
    version: 1,
  },
  'review.imbalance': {
    title: 'imbalance of reviews',
    unit: 'ratio',
    over: 'window',
    sample: 'reviewers',
    column: 'pulls',
    aggregate: 'imbalance',
    isMultiple: true,
    formula: 'most ÷ median pull requests reviewed per person in the window; n counts the people',
    exclusions: 'people who reviewed nothing',
    better: 'less',
    version: 1,
  },
  'commit.count': {
    ...commits,
    title: 'commits',
    unit: 'commits',
    column: 'counted',
    aggregate: 'count',
    formula: onDefault,
    exclusions: `${forks}; ${noCommits}`,
  },
  'commit.authors': {
    ...commits,
    title: 'authors of commits',
    unit: 'people',
    column: 'person',
    aggregate: 'distinct',
    formula: `people who wrote ${onDefault}`,
    exclusions: `${forks}; commits without a known author; ${noCommits}`,
  },
  'commit.lines': {
    ...commits,
    title: 'lines changed',
    unit: 'lines',
    column: 'lines',
    aggregate: 'sum',
    formula: `Σ additions + deletions of ${onDefault}; in a clone, a renamed file counts as deleted and added, as in git log --numstat --no-renames`,
    exclusions: `${forks}; commits whose lines are unknown`,
  },
  'issue.opened': {
    title: 'issues opened',
    unit: 'issues',
    over: 'window',
    sample: 'openedIssues',
    column: 'counted',
    aggregate: 'count',
    formula: 'issues opened in the window',
    exclusions: noIssues,
    version: 1,
  },
  'issue.closed': {
    title: 'issues closed',
    unit: 'issues',
    over: 'window',
    sample: 'closedIssues',
    column: 'counted',
    aggregate: 'count',
    formula: 'issues closed in the window',
    exclusions: noIssues,
    version: 1,
  },
  'issue.first_response.p50': {
    title: 'median issue response',
    unit: 'hours',
    over: 'window',
    sample: 'openedIssues',
    column: 'first_response',
    aggregate: 'p50',
    formula: 'median of firstResponseAt − openedAt, over issues opened in the window',
    exclusions: 'those without a response by a human other than the author; issues by bots',
    better: 'less',
    version: 1,
  },
  'ai.risk.p90': {
    title: 'risk found by AI reviews, 90th percentile',
    unit: 'points',
    over: 'window',
    sample: 'assessedPulls',
    column: 'risk',
    aggregate: 'p90',
    formula:
      '90th percentile of the risk, 0 to 100, over pull requests merged in the window: the greatest over the tools of the newest of each',
    exclusions: 'pull requests without a score; pull requests by bots',
    better: 'less',
    version: 1,
  },
  'ai.risky': {
    title: 'risky pull requests',
    unit: 'pull requests',
    over: 'window',
    sample: 'assessedPulls',
    column: 'risky',
    aggregate: 'count',
    formula: 'pull requests merged in the window with a risk of 50 or more',
    exclusions: 'pull requests without a score; pull requests by bots; null where no review has a score',
    better: 'less',
    version: 1,
  },
} as const satisfies Record<string, Metric>
