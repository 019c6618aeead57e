import { portfolioStatuses } from '../../domain/project.js'
import { Prisma } from '../../engine/generated/client.js'
import { wordList } from '../word-list.js'

/** The project `p` is one of those that the portfolio's sums and rankings are made of. */
export const projectIsInPortfolio = Prisma.sql`p.status IN (${wordList(portfolioStatuses)})`
