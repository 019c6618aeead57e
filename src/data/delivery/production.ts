import { deploySources } from '../../domain/delivery/deploy-source.js'
import { Prisma } from '../../engine/sql.js'
import { allOf } from '../../engine/list.js'
import { amongTexts, inPlace, type DeliveryFilter } from './delivery-filter.js'

/** Whether the environment of the deployment is one of production of the repository `r`. */
export function isProduction(environment: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`lower(${environment}) = ANY(lower(r.environments::text)::text[])`
}

/**
 * The source whose deployments count for the repository `r`: the one that is set, else the first that has a successful
 * production row; null without any. Sources are never summed: one release can appear in several of them.
 */
export const countedSource = Prisma.sql`coalesce(r.deploy_source, (
  SELECT candidate.source
  FROM unnest(ARRAY[${Prisma.raw(deploySources.map((source) => `'${source}'`).join(', '))}]::text[])
    WITH ORDINALITY AS candidate(source, rank)
  WHERE EXISTS (
    SELECT 1 FROM deployments x
    WHERE x.repository_id = r.id AND x.source = candidate.source AND x.status = 'success'
      AND x.finished_at IS NOT NULL AND ${isProduction(Prisma.sql`x.environment`)}
  )
  ORDER BY candidate.rank
  LIMIT 1))`

/** The repositories `r` of the scope, with the source whose deployments count. The source is looked up once for each. */
export function sourcedRepositories(filter: DeliveryFilter): Prisma.Sql {
  return Prisma.sql`(
    SELECT r.id, r.project_id, r.environments, ${countedSource} AS counted_source
    FROM repositories r
    WHERE ${inPlace(filter)}
    OFFSET 0) r`
}

/** Whether the deployment `d` is of the environment and the service that the filter names. */
export function deployedTo({ environment, service }: DeliveryFilter): Prisma.Sql {
  return allOf({
    environment: environment && amongTexts(Prisma.sql`d.environment`, environment),
    service: service && amongTexts(Prisma.sql`d.service`, service),
  })
}

/** The successful deployments of the scope, in production unless it names an environment, for FROM as `d`. */
export function countedDeployments(filter: DeliveryFilter): Prisma.Sql {
  const isPlace = filter.environment ? Prisma.sql`true` : isProduction(Prisma.sql`d.environment`)
  return Prisma.sql`(
    SELECT d.id, d.finished_at, d.link, d.repository_id, r.project_id
    FROM ${sourcedRepositories(filter)}
    JOIN deployments d ON d.repository_id = r.id AND d.source = r.counted_source
    WHERE d.status = 'success' AND ${isPlace} AND ${deployedTo(filter)}) d`
}
