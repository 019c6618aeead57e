import { dayMs, hourMs, minuteMs } from '../duration.js'

/** How long to wait after each failed attempt of a message: the first within the run, the others in later runs. */
const waitsMs = [5000, 5 * minuteMs, 30 * minuteMs, 2 * hourMs, 5 * hourMs, 10 * hourMs]

/** Spreads the attempts of many senders: up to a tenth more. */
const jitter = 0.1

interface FailedAttempt {
  /** From 1. */
  attempt: number
  /** What the receiver asked for. */
  retryAfterMs: number | null
  /** 0 to 1. */
  random: number
}

/** How long until the next attempt, in ms; null: no attempt is left, and the message is dead. */
export function retryDelayMs({ attempt, retryAfterMs, random }: FailedAttempt): number | null {
  const wait = waitsMs[attempt - 1]
  if (wait === undefined) return null
  return Math.max(Math.round(wait * (1 + jitter * random)), Math.min(retryAfterMs ?? 0, dayMs))
}

/** The delay that `Retry-After` asks for: seconds, or a date. Null where it is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const moment = Date.parse(header)
  return Number.isNaN(moment) ? null : Math.max(0, moment - now.getTime())
}

/** A message that is being sent for longer was interrupted: its process is gone. */
export const sendingMs = 5 * minuteMs
