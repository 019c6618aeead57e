import { bugShape } from './bug.js'
import { githubReportsShape, gitReportsShape } from './repository-import.js'

/** Every shape that JSON output can have below `data`, by the name under which nouns and commands refer to it. */
export const shapes = {
  bug: bugShape,
  githubReports: githubReportsShape,
  gitReports: gitReportsShape,
}

export type ShapeName = keyof typeof shapes
