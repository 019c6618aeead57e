import { nearest } from '../domain/nearest.js'
import { CtoError, NotFoundError } from '../errors.js'
import type { KnownSettings } from './resolve.js'
import type { Profile } from './table.js'

/** A database, and who said that it should be this one. */
export interface ChosenDatabase {
  /** Null for an embedded one. */
  url: string | null
  /** Folder of the embedded one; null for the default. */
  home: string | null
  profile: { name: string; fields: Profile } | null
  /** `--profile`, `DATABASE_URL`, a file; null where nobody said anything. */
  saidBy: string | null
}

/**
 * `--profile`, else `CTO_DATABASE_URL`, else `CTO_PROFILE`, else `DATABASE_URL`, else the profile of a file, else the
 * embedded database.
 *
 * @throws NotFoundError for a profile that is not there, CtoError NOT_CONFIGURED for one without a database
 */
export function chooseDatabase(settings: KnownSettings): ChosenDatabase {
  const { values, origins } = settings
  const ofUrl = origins.databaseUrl
  const ofProfile = origins.profile
  const profileWins =
    ofProfile.from === 'flag' || (ofProfile.from === 'variable' && ofUrl.name !== 'CTO_DATABASE_URL')
  if (values.databaseUrl !== null && !profileWins)
    return { url: values.databaseUrl, home: null, profile: null, saidBy: ofUrl.name }
  if (values.profile === null)
    return { url: null, home: values.home, profile: null, saidBy: origins.home.name }
  const fields = requireProfile(values.profile, settings)
  return {
    url: fields.url,
    home: fields.home ?? values.home,
    profile: { name: values.profile, fields },
    saidBy: ofProfile.name,
  }
}

function requireProfile(name: string, { profiles, origins, paths }: KnownSettings): Profile {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined
  const hint = `cto config set profiles.${name}.url -`
  if (profile === undefined) {
    const meant = nearest(name, Object.keys(profiles))
    const where = `${origins.profile.name ?? ''} names it; profiles stand in ${paths.user}`
    throw new NotFoundError(`no profile "${name}"`, {
      reason: meant === null ? where : `did you mean "${meant}"?`,
      hint: meant === null ? hint : 'cto config list',
    })
  }
  if (profile.url === null && profile.home === null)
    throw new CtoError('NOT_CONFIGURED', `the profile "${name}" names no database`, { hint })
  return profile
}
