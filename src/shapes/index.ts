import { bugShape, foundBugShape } from './bug.js'
import { databaseShape, migrationShape, seedShape } from './database.js'
import { csvReportsShape, importLogShape } from './import.js'
import { figureShape, kpisShape, monthShape, snapshotShape } from './metric.js'
import { projectShape, projectWithBugsShape } from './project.js'
import { demoShape, statusShape } from './status.js'
import { userShape } from './user.js'
import { githubReportsShape, gitReportsShape } from './repository-import.js'
import { settingFilesShape, settingRemovalShape, settingShape } from './setting.js'

/** Every shape that JSON output can have below `data`, by the name under which nouns and commands refer to it. */
export const shapes = {
  bug: bugShape,
  csvReports: csvReportsShape,
  database: databaseShape,
  demo: demoShape,
  figure: figureShape,
  foundBug: foundBugShape,
  importLog: importLogShape,
  kpis: kpisShape,
  migration: migrationShape,
  month: monthShape,
  project: projectShape,
  projectWithBugs: projectWithBugsShape,
  seed: seedShape,
  snapshot: snapshotShape,
  status: statusShape,
  user: userShape,
  githubReports: githubReportsShape,
  gitReports: gitReportsShape,
  setting: settingShape,
  settingFiles: settingFilesShape,
  settingRemoval: settingRemovalShape,
}

export type ShapeName = keyof typeof shapes
