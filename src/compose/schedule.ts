// The label `cron.schedule`: what it may say, and what it means. RancherOS's container-crontab read it with robfig/cron. Pure.
import { nanoseconds } from './values.ts'

export const SCHEDULE = 'cron.schedule'

/** A schedule that is in its notation. */
export type Schedule =
  | { readonly is: 'every'; readonly ms: number }
  /** `bothDays`: of day of month and day of week both have to fit; else one of them is enough. */
  | { readonly is: 'times'; readonly pattern: string; readonly bothDays: boolean }

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Names that stand for numbers, the first for `from`. */
  readonly names?: readonly string[]
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')
const SECONDS: Field = { name: 'seconds', from: 0, to: 59 }
const MINUTES: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS }
]
/** robfig/cron has seconds first; it takes no 7 for Sunday. */
const SIX = [SECONDS, ...MINUTES, { name: 'day of week', from: 0, to: 6, names: DAYS }]
/** As crontab(5) has them: minutes first, and 7 is Sunday, too. */
const FIVE = [...MINUTES, { name: 'day of week', from: 0, to: 7, names: DAYS }]

const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *'
}
/** Of the months, in a leap year. */
const LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** What a text means; a string says why it is no schedule. */
export function readSchedule(text: string): Schedule | string {
  const said = text.trim()
  if (said === '') return 'it is empty'
  const every = /^@every\s+(.+)$/.exec(said)?.[1]
  if (every !== undefined) return interval(every)
  if (said.startsWith('@') && !Object.hasOwn(NAMED, said)) return 'there is no such name of a time'
  const parts = (NAMED[said] ?? said).split(/\s+/)
  if (parts.length !== 5 && parts.length !== 6) return `it has ${parts.length} fields, not 5 or 6`
  const fields = parts.length === 5 ? FIVE : SIX
  for (const [at, field] of fields.entries()) {
    const fault = fieldFault(parts[at] ?? '', field)
    if (fault !== null) return fault
  }
  const [days = '', months = '', week = ''] = parts.slice(-3)
  if (isAny(week) && !someMonthHas(days, months)) return 'no month of it has such a day'
  return {
    is: 'times',
    pattern: fields.map((field, at) => spelled(parts[at] ?? '', field)).join(' '),
    bothDays: isAny(days) || isAny(week)
  }
}

/** Whole seconds, at least one. */
function interval(every: string): Schedule | string {
  try {
    const seconds = Math.floor((nanoseconds(every) ?? 0) / 1e9)
    if (/[a-z]$/.test(every) && seconds >= 1) return { is: 'every', ms: seconds * 1000 }
  } catch {
    // falls through
  }
  return `'${every}' is no duration of a second or more`
}

function fieldFault(text: string, field: Field): string | null {
  const { name, from, to } = field
  for (const part of text.split(',')) {
    const [span = '', step, ...more] = part.split('/')
    const [first = '', last, ...ends] = span.split('-')
    const any = isAny(first)
    const [low, high] = any ? [from, to] : [numberOf(first, field), last === undefined ? null : numberOf(last, field)]
    const bad =
      more.length > 0 ||
      ends.length > 0 ||
      (any && (last !== undefined || first.length > 1)) ||
      Number.isNaN(low) ||
      Number.isNaN(high) ||
      (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))
    if (bad) return `'${part}' is not in the notation of its field, ${name}`
    if (low < from || (high ?? low) > to) return `${name}: from ${from} to ${to}, not '${part}'`
    if (high !== null && low > high) return `'${part}' ends before it begins`
  }
  return null
}

/** As the library of times reads it: `?` is any, `5/20` goes to the end, and a step is no longer than its field. */
function spelled(text: string, field: Field): string {
  const { from, to } = field
  const one = (part: string) => {
    const [span = '', step] = part.replace('?', '*').split('/')
    const words = span.replaceAll(/[a-z]+/gi, (name) => String(numberOf(name, field)))
    if (step === undefined) return words
    const whole = isAny(words) || words.includes('-') ? words : `${words}-${to}`
    return `${whole}/${Math.min(Number(step), to - from + 1)}`
  }
  return text.split(',').map(one).join(',')
}

function someMonthHas(days: string, months: string): boolean {
  const first = Math.min(...days.split(',').map((part) => (isAny(part) ? 1 : Number(/^\d+/.exec(part)?.[0]))))
  const [, , , , month = SECONDS] = SIX
  return LENGTHS.some((length, at) => first <= length && has(months, at + 1, month))
}

function has(text: string, value: number, field: Field): boolean {
  return text.split(',').some((part) => {
    const [span = '', step] = part.split('/')
    const [first = '', last] = span.split('-')
    const low = isAny(first) ? field.from : numberOf(first, field)
    const end = last === undefined ? (isAny(first) || step !== undefined ? field.to : low) : numberOf(last, field)
    return value >= low && value <= end && (value - low) % Number(step ?? 1) === 0
  })
}

function isAny(text: string): boolean {
  return text.startsWith('*') || text.startsWith('?')
}

function numberOf(text: string, { names, from }: Field): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  const at = names?.indexOf(text.toLowerCase()) ?? -1
  return at === -1 ? Number.NaN : at + from
}
