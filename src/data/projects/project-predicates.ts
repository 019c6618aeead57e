import { portfolioStatuses } from '../../domain/project.js'
import { Prisma } from '../../engine/sql.js'
import { wordList } from '../word-list.js'

/** The project `p` counts in the portfolio's sums and rankings. */
export const projectIsInPortfolio = Prisma.sql`p.status IN (${wordList(portfolioStatuses)})`
