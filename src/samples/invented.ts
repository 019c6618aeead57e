import { dayMs } from '../domain/duration.js'
import type { ProjectStatus } from '../domain/project.js'
import { userRoles } from '../domain/user.js'
import { sampleId } from './ids.js'
import type { Random } from './random.js'
import { firstNames, languages, lastNames, projectFirstWords, projectLastWords, tags } from './words.js'

/* The people, projects and days of the large set. */

/** Three years, over which everything of the large set happened. */
export const spanMs = 3 * 365 * dayMs

/** One hundred: a person for every pair of names. */
export function inventUsers(now: Date) {
  const createdAt = new Date(now.getTime() - spanMs)
  return firstNames.flatMap((first, i) =>
    lastNames.map((last, j) => ({
      id: sampleId('large', 'user', i * lastNames.length + j + 1),
      email: `${first}.${last}@example.com`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase(),
      name: `${first} ${last}`,
      // One CTO, five managers, and the rest evenly.
      role:
        i + j === 0
          ? userRoles[0]
          : j === 1 && i < 5
            ? userRoles[1]
            : (userRoles[2 + ((i + j) % 3)] ?? 'engineer'),
      createdAt,
      updatedAt: createdAt,
    })),
  )
}

/** Two hundred; most are worth little, a few very much. */
export function inventProjects(now: Date, random: Random) {
  const createdAt = new Date(now.getTime() - spanMs)
  return projectFirstWords.flatMap((first, i) =>
    projectLastWords.map((last, j) => {
      const arr = Math.floor(random.longTail(150_000, 1.4))
      const totalMilestones = 3 + random.below(8)
      return {
        id: sampleId('large', 'project', i * projectLastWords.length + j + 1),
        name: `${first} ${last}`,
        description: `${last} of the ${first} family`,
        githubUrl: `https://github.com/example/${first}-${last}`.toLowerCase(),
        language: random.pick(languages, 1.6),
        tags: [random.pick(tags), random.pick(tags)].filter((tag, at, all) => all.indexOf(tag) === at),
        stars: Math.floor(random.longTail(60, 1.8)),
        forks: Math.floor(random.longTail(8, 1.5)),
        lastCommit: new Date(now.getTime() - Math.min(random.longTail(4, 1.5) * dayMs, spanMs)),
        status: inventStatus(random),
        arr: `${arr}.00`,
        year1Revenue: `${Math.floor(arr * 1.2)}.00`,
        year3Revenue: `${Math.floor(arr * (1.5 + 3 * random.next()))}.00`,
        roiScore: (4 * random.next() - 0.8).toFixed(4),
        dcfValuation: `${Math.floor(arr * (6 * random.next() - 0.5))}.00`,
        monthlyInfraCost: random.longTail(900, 1.1).toFixed(2),
        complexity: 1 + random.below(5),
        clientAppeal: random.below(11),
        currentMilestone: random.below(totalMilestones + 1),
        totalMilestones,
        createdAt,
        updatedAt: createdAt,
      }
    }),
  )
}

function inventStatus(random: Random): ProjectStatus {
  const share = random.next()
  return share < 0.7 ? 'active' : share < 0.85 ? 'shipped' : share < 0.95 ? 'deferred' : 'cancelled'
}

/** One row per day for the last days of one project; activity varies widely. */
export function inventDays(projectId: string, { project, days, now, random }: InventDays) {
  const health = 40 + random.below(55)
  return Array.from({ length: days }, (_, day) => {
    const date = new Date(now.getTime() - (days - 1 - day) * dayMs)
    return {
      id: sampleId('large', 'day', project * days + day + 1),
      projectId,
      date,
      commitsCount: Math.floor(random.longTail(4, 1)),
      contributors: 1 + random.below(6),
      linesOfCode: 20_000 + project * 300 + day * 40,
      healthScore: Math.min(100, health + random.below(6)),
      createdAt: date,
    }
  })
}

interface InventDays {
  /** Index of the project, from 0. */
  project: number
  days: number
  now: Date
  random: Random
}
