import { empty, type Field, type RecordView } from '../output/field.js'
import type { Review, ReviewFinding, ShownReview } from '../shapes/review.js'

const fields: readonly Field<Review>[] = [
  { name: 'id', header: 'REVIEW', text: ({ id }) => id.slice(0, 8), flat: ({ id }) => id },
  { name: 'repository', header: 'REPOSITORY', shrink: 2, least: 8 },
  {
    name: 'pullRequest',
    header: 'PR',
    text: ({ pullRequest }) => (pullRequest === null ? empty : `#${pullRequest}`),
  },
  { name: 'tool', header: 'TOOL', shrink: 1, least: 6 },
  {
    name: 'riskScore',
    header: 'RISK',
    align: 'right',
    text: ({ riskScore }, { style }) =>
      riskScore === null ? empty : riskScore >= 50 ? style.danger(String(riskScore)) : String(riskScore),
  },
  { name: 'critical', header: 'CRITICAL', align: 'right' },
  { name: 'high', header: 'HIGH', align: 'right' },
  { name: 'medium', header: 'MEDIUM', align: 'right', omit: 3 },
  { name: 'low', header: 'LOW', align: 'right', omit: 2 },
  { name: 'info', header: 'INFO', align: 'right' },
  { name: 'suppressed', header: 'SUPPRESSED', align: 'right' },
  { name: 'reviewedAt', header: 'REVIEWED', omit: 1 },
  { name: 'sha', header: 'COMMIT' },
  { name: 'format', header: 'FORMAT' },
  { name: 'contentSha256', header: 'SHA-256 OF THE FILE' },
  { name: 'importId', header: 'IMPORT ID' },
  { name: 'createdAt', header: 'STORED' },
  { name: 'repositoryId', header: 'REPOSITORY ID' },
  { name: 'pullRequestId', header: 'PR ID' },
]

/** How the findings of one tool are printed: how many there are, and the risk. */
export const reviewView: RecordView<Review> = {
  name: 'review',
  plural: 'reviews',
  shape: 'review',
  id: ({ id }) => id,
  defaults: [
    'id',
    'repository',
    'pullRequest',
    'tool',
    'riskScore',
    'critical',
    'high',
    'medium',
    'low',
    'reviewedAt',
  ],
  fields,
}

export const shownReviewView: RecordView<ShownReview> = {
  ...reviewView,
  shape: 'shownReview',
  fields: [
    ...fields,
    {
      name: 'findings',
      header: 'FINDINGS',
      flat: ({ findings }) => findings.map(findingText).join('; '),
      text: ({ findings }) => (findings.length === 0 ? empty : findings.map(findingText).join('\n')),
    },
  ],
}

/** `high src/a.ts:7 js/xss: Cross-site scripting` */
function findingText({ severity, rule, message, path, line }: ReviewFinding): string {
  const place = path === null ? null : line === null ? path : `${path}:${line}`
  const words = [severity, place, rule].filter((word) => word !== null).join(' ')
  return message === null ? words : `${words}: ${message.replace(/\s+/g, ' ')}`
}
