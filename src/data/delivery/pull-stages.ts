import { Prisma } from '../../engine/sql.js'
import { hoursBetween } from './hours.js'

const least = Prisma.sql`least(beginning.commit_at, beginning.ready_at)`
const ready = Prisma.sql`coalesce(beginning.ready_at, beginning.commit_at, '-infinity')`

/**
 * Joins the stages of the merged pull request `p`, in hours, as `stage`: cycle, coding, pickup, review, merge, unsplit,
 * deploy. `stagesOf` of src/domain/delivery/stages.ts defines them; a test compares both.
 */
export const joinStages = Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN p.first_commit_at <= p.merged_at THEN p.first_commit_at END AS commit_at,
      CASE WHEN p.ready_at <= p.merged_at THEN p.ready_at END AS ready_at
  ) beginning
  CROSS JOIN LATERAL (
    SELECT CASE WHEN p.first_review_at <= p.merged_at AND p.first_review_at >= ${ready} THEN p.first_review_at END AS at
  ) reviewed
  CROSS JOIN LATERAL (
    SELECT
      CASE WHEN p.approved_at <= p.merged_at AND p.approved_at >= coalesce(reviewed.at, ${ready}) THEN p.approved_at END
        AS at
  ) approved
  CROSS JOIN LATERAL (
    SELECT
      ${hoursBetween(least, Prisma.sql`p.merged_at`)} AS cycle,
      ${hoursBetween(Prisma.sql`beginning.commit_at`, Prisma.sql`beginning.ready_at`)} AS coding,
      ${hoursBetween(Prisma.sql`beginning.ready_at`, Prisma.sql`reviewed.at`)} AS pickup,
      ${hoursBetween(Prisma.sql`reviewed.at`, Prisma.sql`approved.at`)} AS review,
      ${hoursBetween(Prisma.sql`approved.at`, Prisma.sql`p.merged_at`)} AS merge,
      ${hoursBetween(Prisma.sql`p.merged_at`, Prisma.sql`p.deployed_at`)} AS deploy
  ) part
  CROSS JOIN LATERAL (
    SELECT
      part.*,
      part.cycle - coalesce(part.coding, 0) - coalesce(part.pickup, 0) - coalesce(part.review, 0)
        - coalesce(part.merge, 0) AS unsplit
  ) stage`
