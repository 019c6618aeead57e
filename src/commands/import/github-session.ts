import type { Database } from '../../engine/database.js'
import { dayReader } from '../../domain/day.js'
import type { GonePolicy } from '../../domain/gone-policy.js'
import type { SlaStart } from '../../domain/sla.js'
import type { ImportRepository } from '../../importers/github/import-repository.js'
import { listRepositories } from '../../importers/github/list-repositories.js'
import { issueReader } from '../../importers/github/read-issue.js'
import { personFinder } from '../../importers/load/person-finder.js'
import { parseMappingFlags } from '../../importers/map/mapping-flags.js'
import { readAnswers } from '../../importers/validate/answers.js'
import type { Context } from '../../context.js'
import type { GithubApiOptions } from '../../flags/github-api.js'
import { openForRepository, openGithubApi } from '../open-github.js'
import { readPeople } from '../open-input.js'

export interface GithubOptions extends GithubApiOptions {
  issues?: true
  delivery?: true
  label?: string[]
  since?: string
  map?: string[]
  people?: string
  keepLocal?: true
  newerOnly?: true
  full?: true
  gone: GonePolicy
  slaFrom?: SlaStart
  source: string
}

/** Opens GitHub, with the flags that apply to all repositories. */
export async function openSession(ctx: Context, database: Database, options: GithubOptions) {
  const { people, source: externalSource, map, keepLocal = false, newerOnly = false } = options
  const { values } = parseMappingFlags({ map })
  const answers = readAnswers('bugs', values)
  const opened = openGithubApi(ctx, options)
  const { apiUrl, github } = opened
  const known = await readPeople(ctx, people)
  const findPerson = await personFinder(database, externalSource, known)
  const loading: ImportRepository = {
    actor: await database.read((db) => ctx.db.actor(db)),
    dryRun: ctx.line.flags.dryRun,
    apiUrl,
    externalSource,
    mapping: { values, people: known.length > 0, ...(options.label && { labels: options.label }) },
    merge: { keepLocal, newerOnly },
    gonePolicy: options.gone,
    slaFrom: options.slaFrom,
    today: dayReader(ctx.line.zone)(ctx.now()),
  }
  return {
    github,
    loading,
    readIssue: issueReader({ externalSource, answers, findPerson }),
    /** With the token of the organization of the repository, where it has one. */
    githubFor: (fullName: string) => openForRepository(ctx, database, { options, fullName, opened }),
    list: (owner: string) => listRepositories(github, { owner, hasToken: github.hasToken }),
  }
}

export type Session = Awaited<ReturnType<typeof openSession>>
