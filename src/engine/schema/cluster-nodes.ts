import type { PoolClient } from 'pg'
import { CtoError } from '../../errors.js'

/**
 * To be called before the first change of tables or roles in a transaction, since each runs on every node of a cluster (Citus).
 * Without a cluster it does nothing.
 *
 * @throws CtoError UNREACHABLE, with the nodes that do not answer
 */
export async function requireNodes(client: Pick<PoolClient, 'query'>): Promise<void> {
  const { rows: found } = await client.query<{ mayAsk: boolean | null }>(
    `SELECT has_function_privilege(to_regprocedure('pg_catalog.citus_check_cluster_node_health()'), 'EXECUTE') AS "mayAsk"`,
  )
  if (!found[0]?.mayAsk) return
  // A node that is down answers nothing about its own connections: their result is null.
  const { rows: down } = await client.query<{ node: string }>(
    `SELECT DISTINCT CASE
       WHEN result IS NULL THEN format('%s:%s', from_nodename, from_nodeport)
       ELSE format('%s:%s', to_nodename, to_nodeport) END AS node
     FROM citus_check_cluster_node_health()
     WHERE result IS NOT TRUE
     ORDER BY 1`,
  )
  if (down.length === 0) return
  const nodes = down.map(({ node }) => node).join(', ')
  throw new CtoError('UNREACHABLE', `a node of the cluster does not answer: ${nodes}`, {
    hint: 'start it, then try again; nothing was changed',
  })
}
