import { nearest } from '../domain/nearest.js'
import { CtoError, NotFoundError, required } from '../errors.js'
import { emptyProfile } from './file-values.js'
import type { FoundValues, Origin } from './found.js'
import type { Profile } from './profile.js'

export interface ChosenProfile {
  name: string
  fields: Profile
}

export interface DatabaseChoice {
  /** Null for a URL of a variable, or the default. */
  profile: ChosenProfile | null
  /** The source that decided; null for the default. */
  decidedBy: Origin | null
  /** Why the profile cannot be used. */
  failure: CtoError | null
}

interface KnownProfiles {
  profiles: Readonly<Record<string, Profile>>
  /** The file that holds them. */
  userFile: string
}

/**
 * `--profile`, else `CTO_DATABASE_URL`, else `CTO_PROFILE`, else `DATABASE_URL`, else the profile of a file, else the
 * embedded database.
 */
export function chooseDatabase(
  { profile, databaseUrl, home }: Pick<FoundValues, 'profile' | 'databaseUrl' | 'home'>,
  known: KnownProfiles,
): DatabaseChoice {
  const from = profile?.origin.from
  const profileWins =
    from === 'flag' || (from === 'variable' && databaseUrl?.origin.name !== 'CTO_DATABASE_URL')
  if (databaseUrl && !profileWins) return { profile: null, decidedBy: databaseUrl.origin, failure: null }
  if (!profile) return { profile: null, decidedBy: home?.origin ?? null, failure: null }
  const name = String(profile.value)
  const fields = Object.hasOwn(known.profiles, name) ? known.profiles[name] : undefined
  return {
    profile: { name, fields: fields ?? emptyProfile() },
    decidedBy: profile.origin,
    failure: fields ? withoutDatabase(name, fields) : unknownProfile(name, profile.origin, known),
  }
}

function withoutDatabase(name: string, { url, home }: Profile): CtoError | null {
  if (url !== null || home !== null) return null
  return new CtoError('NOT_CONFIGURED', `the profile "${name}" names no database`, { hint: setUrl(name) })
}

function unknownProfile(name: string, origin: Origin, { profiles, userFile }: KnownProfiles): NotFoundError {
  const suggestion = nearest(name, Object.keys(profiles))
  const where = `${required(origin.name, 'what named the profile')} names it; profiles are in ${userFile}`
  return new NotFoundError(`no profile "${name}"`, {
    reason: suggestion === null ? where : `did you mean "${suggestion}"?`,
    hint: suggestion === null ? setUrl(name) : 'cto config list',
  })
}

function setUrl(profile: string): string {
  return `cto config set profiles.${profile}.url -`
}
