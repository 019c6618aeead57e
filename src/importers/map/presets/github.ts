import type { Preset } from './preset.js'

/** GitHub: `gh issue list` and `gh repo list`, the API's JSON as a table, and rankings of repositories. */
export const github: Preset = {
  name: 'github',
  title: 'GitHub',
  bugs: {
    externalId: ['html_url', 'url', 'Issue URL', 'number'],
    externalUid: ['id'],
    externalUrl: ['html_url', 'url', 'Issue URL'],
    title: ['title', 'issue_title'],
    description: ['body'],
    status: ['state'],
    resolution: ['state_reason', 'stateReason'],
    assignee: ['assignee.login', 'assignees.login', 'assignee', 'assignees'],
    creator: ['user.login', 'author.login', 'author', 'user'],
    project: ['repository', 'repository.full_name', 'repository.nameWithOwner', 'repo'],
    createdAt: ['created_at', 'createdAt'],
    updatedAt: ['updated_at', 'updatedAt'],
    resolvedAt: ['closed_at', 'closedAt'],
    labels: ['labels', 'labels.name', 'label'],
    fixVersion: ['milestone.title', 'milestone'],
    pullRequest: ['pull_request', 'pull_request.url', 'pull_request.html_url'],
  },
  projects: {
    name: ['repo_name', 'full_name', 'nameWithOwner', 'name'],
    githubUrl: ['repo_url', 'html_url', 'url', 'clone_url'],
    description: ['description'],
    demoUrl: ['homepage', 'homepageUrl'],
    language: ['language', 'primaryLanguage.name', 'primaryLanguage'],
    tags: ['topics', 'repositoryTopics', 'repositoryTopics.name'],
    stars: ['stars', 'stargazers_count', 'stargazerCount'],
    forks: ['forks', 'forks_count', 'forkCount'],
    lastCommit: ['last_commit', 'pushed_at', 'pushedAt'],
    archived: ['archived', 'isArchived'],
  },
  compoundKey: { unless: ['html_url', 'url', 'Issue URL'], columns: ['project', 'externalId'] },
  statuses: { pending: ['reopened'], closed: ['completed', 'not planned', 'merged'] },
  answersForResolutions: true,
  labelsSay: ['severity', 'status'],
  // `gh --json id` gives another id under the same name, of letters and digits.
  numericUids: true,
  vocabulary: {
    status: ['open', 'closed', 'OPEN', 'CLOSED'],
    resolution: ['completed', 'not_planned', 'reopened', 'duplicate', 'COMPLETED', 'NOT_PLANNED', 'REOPENED'],
  },
}
