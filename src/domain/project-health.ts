/** The weights of the terms of a project's health, each from 0 to 1. Unknown terms drop out, and the others weigh more. */
export const healthWeights = {
  /** The share of SLAs kept over the last days. */
  slaKept: 0.4,
  /** The share of open bugs that are not late. */
  onTime: 0.3,
  /** The share of open bugs that are not critical. */
  notCritical: 0.2,
  /** How recent the last commit is: 0 after this number of days. */
  recent: 0.1,
}

/** Days over which SLAs count, and after which a repository counts as idle. */
export const healthDays = 90
