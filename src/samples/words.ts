/** The parts of the large set's names and titles. */

export const firstNames = [
  'Amara',
  'Bruno',
  'Chen',
  'Dilara',
  'Emil',
  'Farah',
  'Goran',
  'Hana',
  'Ivo',
  'Jun',
] as const

export const lastNames = [
  'Adler',
  'Bergström',
  'Castillo',
  'Dubois',
  'Eze',
  'Fontana',
  'Grigor',
  'Hashimoto',
  'Iyer',
  'Janssen',
] as const

/** Twenty first words and ten last words: a name for each of 200 projects. */
export const projectFirstWords = [
  'Amber',
  'Basalt',
  'Cedar',
  'Delta',
  'Ember',
  'Fjord',
  'Granite',
  'Harbor',
  'Indigo',
  'Juniper',
  'Krill',
  'Lumen',
  'Maple',
  'Nimbus',
  'Onyx',
  'Pebble',
  'Quartz',
  'Raven',
  'Sierra',
  'Tundra',
] as const

export const projectLastWords = [
  'Gateway',
  'Ledger',
  'Console',
  'Mailer',
  'Search',
  'Billing',
  'Mobile',
  'Pipeline',
  'Vault',
  'Insights',
] as const

export const languages = ['TypeScript', 'Python', 'Go', 'Java', 'Rust', 'Kotlin', 'C#'] as const

export const tags = ['web', 'api', 'mobile', 'data', 'infra', 'ai', 'internal'] as const

export const components = [
  'Checkout',
  'Sign-in',
  'Search',
  'Export',
  'Invoices',
  'Notifications',
  'Upload',
  'Dashboard',
  'Webhooks',
  'Permissions',
  'Scheduler',
  'Import',
] as const

export const problems = [
  'times out',
  'shows stale data',
  'loses the last change',
  'answers 500',
  'crashes',
  'sends everything twice',
  'ignores the time zone',
  'is slow',
  'leaks memory',
  'rejects valid input',
  'forgets settings',
  'rounds wrongly',
] as const

export const circumstances = [
  'with more than 1,000 rows',
  'on Safari',
  'after a deploy',
  'for users without a role',
  'when the network is slow',
  'at the end of the month',
  'behind a proxy',
  'with umlauts in the name',
  'under load',
  'after the session ends',
] as const
