import { cancellationShape, grantShape, healthShape, tableGrowthShape } from './administration.js'
import {
  archiveCheckShape,
  archiveVerificationShape,
  backupShape,
  prunedRowsShape,
  restorationShape,
  restoredTableShape,
} from './archive.js'
import { auditEntryShape } from './audit.js'
import { commandShape, completionScriptShape, helpTopicShape } from './command.js'
import { bugChangeShape } from './bug-change.js'
import { bugExplanationShape } from './bug-explanation.js'
import { bugResultShape } from './bug-result.js'
import { bugCountsShape, bugStatsShape } from './bug-stats.js'
import { bugShape, foundBugShape, nextBugShape, shownBugShape } from './bug.js'
import { dashboardShape, dashboardVersionShape, renderedDashboardShape } from './dashboard.js'
import { databaseShape, migrationShape, seedShape, servingShape } from './database.js'
import {
  csvReportsShape,
  importLogShape,
  importPlanShape,
  importPresetsShape,
  importTemplateShape,
  importUndoShape,
} from './import.js'
import {
  deliveryFiguresShape,
  engineeringShape,
  figureShape,
  kpisShape,
  differenceShape,
  monthShape,
  monthWithChangeShape,
  sessionFiguresShape,
  slaFiguresShape,
  snapshotShape,
  verificationShape,
} from './metric.js'
import {
  ageBandShape,
  agingShape,
  flowPeriodShape,
  flowShape,
  measuredBugShape,
  measuredFactShape,
  metricExplanationShape,
  metricShape,
  portfolioReportShape,
  projectDayShape,
  projectValueShape,
  teamMemberShape,
  teamShape,
} from './metric-report.js'
import { dailyDifferenceShape, developerShape, teamDayShape } from './delivery-report.js'
import { figureGroupShape } from './figure-group.js'
import { foundProjectShape, projectShape, projectWithBugsShape } from './project.js'
import {
  accountShape,
  commitShape,
  deploymentShape,
  erasureShape,
  issueShape,
  memberShape,
  organizationShape,
  pullAnchorShape,
  pullRequestShape,
  repositoryShape,
} from './delivery.js'
import { eventReplayShape, eventShape, ingestReportShape, shownEventShape } from './event.js'
import { figureChangeShape } from './figure-change.js'
import { gateShape, gatesShape } from './gate.js'
import { inspectionShape } from './inspection.js'
import { healthCheckShape, healthReportShape } from './health-check.js'
import { queryRowShape } from './query-row.js'
import { reportShape } from './report.js'
import { ingestReportsShape } from './session-ingest.js'
import { sessionGroupShape, sessionShape, shownSessionShape, toolGroupShape, toolShape } from './session.js'
import { demoShape, statusShape } from './status.js'
import { shownUserShape, userShape } from './user.js'
import { workloadShape } from './workload.js'
import { apiKeyShape, newApiKeyShape } from './api-key.js'
import { notificationShape, notificationsShape, ruleShape } from './notification.js'
import { reviewShape, shownReviewShape } from './review.js'
import { secretCheckShape, secretRotationShape, secretShape } from './secret.js'
import { githubReportsShape, gitReportsShape, repositorySyncsShape } from './repository-import.js'
import { settingFilesShape, settingRemovalShape, settingShape } from './setting.js'
import { overviewShape } from './overview.js'
import {
  deletedWorkspaceShape,
  migratedWorkspaceShape,
  registryShape,
  shownWorkspaceShape,
  workspaceLoginShape,
  workspaceShape,
  workspaceDistributionShape,
  workspaceOutcomeShape,
  workspaceStatusShape,
} from './workspace.js'
import { workspaceFaultShape } from './workspace-fault.js'
import { workspaceFiguresShape, workspacesOverviewShape } from './workspace-overview.js'

/** Every shape that JSON output can have below `data`, by the name under which nouns and commands refer to it. */
export const shapes = {
  ageBand: ageBandShape,
  aging: agingShape,
  apiKey: apiKeyShape,
  archiveCheck: archiveCheckShape,
  archiveVerification: archiveVerificationShape,
  auditEntry: auditEntryShape,
  backup: backupShape,
  bug: bugShape,
  cancellation: cancellationShape,
  command: commandShape,
  completionScript: completionScriptShape,
  bugChange: bugChangeShape,
  bugCounts: bugCountsShape,
  bugExplanation: bugExplanationShape,
  bugResult: bugResultShape,
  bugStats: bugStatsShape,
  csvReports: csvReportsShape,
  database: databaseShape,
  deletedWorkspace: deletedWorkspaceShape,
  demo: demoShape,
  difference: differenceShape,
  engineering: engineeringShape,
  deliveryFigures: deliveryFiguresShape,
  developer: developerShape,
  teamDay: teamDayShape,
  dailyDifference: dailyDifferenceShape,
  account: accountShape,
  commit: commitShape,
  deployment: deploymentShape,
  erasure: erasureShape,
  issue: issueShape,
  member: memberShape,
  organization: organizationShape,
  pullAnchor: pullAnchorShape,
  pullRequest: pullRequestShape,
  repository: repositoryShape,
  event: eventShape,
  eventReplay: eventReplayShape,
  ingestReport: ingestReportShape,
  shownEvent: shownEventShape,
  figure: figureShape,
  figureChange: figureChangeShape,
  gate: gateShape,
  gates: gatesShape,
  foundBug: foundBugShape,
  foundProject: foundProjectShape,
  flow: flowShape,
  flowPeriod: flowPeriodShape,
  grant: grantShape,
  health: healthShape,
  healthCheck: healthCheckShape,
  healthReport: healthReportShape,
  helpTopic: helpTopicShape,
  inspection: inspectionShape,
  nextBug: nextBugShape,
  shownBug: shownBugShape,
  importLog: importLogShape,
  importPlan: importPlanShape,
  importPresets: importPresetsShape,
  importTemplate: importTemplateShape,
  importUndo: importUndoShape,
  kpis: kpisShape,
  measuredBug: measuredBugShape,
  measuredFact: measuredFactShape,
  metric: metricShape,
  metricExplanation: metricExplanationShape,
  migratedWorkspace: migratedWorkspaceShape,
  migration: migrationShape,
  month: monthShape,
  monthWithChange: monthWithChangeShape,
  portfolio: portfolioReportShape,
  project: projectShape,
  projectDay: projectDayShape,
  projectValue: projectValueShape,
  projectWithBugs: projectWithBugsShape,
  queryRow: queryRowShape,
  registry: registryShape,
  report: reportShape,
  prunedRows: prunedRowsShape,
  restoration: restorationShape,
  restoredTable: restoredTableShape,
  seed: seedShape,
  serving: servingShape,
  shownWorkspace: shownWorkspaceShape,
  slaFigures: slaFiguresShape,
  newApiKey: newApiKeyShape,
  notification: notificationShape,
  notifications: notificationsShape,
  rule: ruleShape,
  review: reviewShape,
  shownReview: shownReviewShape,
  secret: secretShape,
  secretCheck: secretCheckShape,
  secretRotation: secretRotationShape,
  snapshot: snapshotShape,
  status: statusShape,
  tableGrowth: tableGrowthShape,
  team: teamShape,
  teamMember: teamMemberShape,
  shownUser: shownUserShape,
  user: userShape,
  workspace: workspaceShape,
  workspaceDistribution: workspaceDistributionShape,
  workspaceFault: workspaceFaultShape,
  workspaceFigures: workspaceFiguresShape,
  workspaceLogin: workspaceLoginShape,
  workspaceOutcome: workspaceOutcomeShape,
  workspaceStatus: workspaceStatusShape,
  workspacesOverview: workspacesOverviewShape,
  workload: workloadShape,
  verification: verificationShape,
  githubReports: githubReportsShape,
  repositorySyncs: repositorySyncsShape,
  gitReports: gitReportsShape,
  setting: settingShape,
  settingFiles: settingFilesShape,
  settingRemoval: settingRemovalShape,
  overview: overviewShape,
  session: sessionShape,
  sessionGroup: sessionGroupShape,
  shownSession: shownSessionShape,
  tool: toolShape,
  toolGroup: toolGroupShape,
  sessionFigures: sessionFiguresShape,
  figureGroup: figureGroupShape,
  dashboard: dashboardShape,
  dashboardVersion: dashboardVersionShape,
  renderedDashboard: renderedDashboardShape,
  ingestReports: ingestReportsShape,
}

export type ShapeName = keyof typeof shapes
