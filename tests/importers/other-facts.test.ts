import { expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { importText } from '../helpers/csv-import.js'

const db = useDatabase()

test.each([
  ['id,environment,sha,state,finished_at', 'deployments', 'cto deployments record'],
  ['deployment_id,repo,deployed_at,status', 'deployments', 'cto deployments record'],
  ['id,incident_id,deployment_id,project', 'incidents of deployments', 'cto deployments fail'],
  ['id,base_repo_id,status,author_name,pull_request_key,merged_date', 'pull requests', 'cto import github'],
  ['number,state,head_ref,base_ref', 'pull requests', 'cto events ingest FILE'],
  [
    'id,params,data,url,input,created_at',
    'raw answers of GitHub, which cannot be read',
    'cto import github OWNER/NAME --delivery',
  ],
  ['sha,author,additions,deletions', 'commits', 'cto import git FOLDER --commits'],
])('a table of other facts is answered with their command: %s', async (header, what, command) => {
  const row = header.replace(/[^,]+/g, '1')
  await expect(importText('bugs', `${header}\n${row}\n`)).rejects.toMatchObject({
    code: 'BAD_FILE',
    reason: expect.stringMatching(
      new RegExp(`^none of its 1 record can be imported: it looks like ${what};`),
    ) as string,
    hint: expect.stringContaining(command) as string,
  })
})

test.each([
  ['id,cicd_scope_id,name,result,environment,started_date,finished_date', 'deployments'],
  ['id,title,description,merge_commit_sha,base_ref', 'pull requests'],
])('a table of other facts with names is imported with a warning: %s', async (header, what) => {
  const { run } = await importText('bugs', `${header}\n${header.replace(/[^,]+/g, '1')}\n`)
  expect(run.plan.warnings[0]).toContain(`it looks like ${what}, and each becomes a bug; `)
})

test('a table of bugs with an environment and commits has no such warning', async () => {
  const { run } = await importText('bugs', 'ID,Title,Environment,Service,Commit SHA\n1,a,prod,web,c0ffee\n')
  expect(run.plan.warnings.join()).not.toContain('it looks like')
})

test.each(['id,status,environment,priority', 'Key,State,Data,Input', 'id,incident_state'])(
  'a table of bugs without titles is answered with the flag for them: %s',
  async (header) => {
    const row = header.replace(/[^,]+/g, '1')
    await expect(importText('bugs', `${header}\n${row}\n`)).rejects.toMatchObject({
      hint: expect.stringMatching(/^--map title=COLUMN /) as string,
    })
  },
)

test('every command that is named has the flags that are named', async () => {
  const { data } = JSON.parse((await cto(db, 'commands', '--json')).stdout) as {
    data: { path: string; flags: { name: string }[] }[]
  }
  const error: unknown = await importText('bugs', 'deployment_id\n1\n').catch((thrown: unknown) => thrown)
  const { hint } = error as { hint: string }
  const flags = data.find(({ path }) => path === 'deployments record')?.flags.map(({ name }) => name)
  expect(flags).toEqual(expect.arrayContaining(hint.match(/--[a-z-]+/g) ?? []))
})
