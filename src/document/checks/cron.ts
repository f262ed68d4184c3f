import { nanoseconds } from '../../compose/values.ts'
import { type Finding, quoted, wrong } from './finding.ts'
import type { Named } from './services.ts'

const LABEL = 'cron.schedule'
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const DAYS = 'sun mon tue wed thu fri sat'.split(' ')
const DESCRIPTORS = '@yearly @annually @monthly @weekly @daily @midnight @hourly'.split(' ')

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Names that stand for numbers, the first for `from`. */
  readonly names?: readonly string[]
}

/** As RancherOS's container-crontab has them (robfig/cron): seconds come first, the day of the week may be left out. */
const FIELDS: readonly Field[] = [
  { name: 'seconds', from: 0, to: 59 },
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 0, to: 6, names: DAYS }
]

const EXPECTED = 'seconds, minutes, hours, day of month, month and day of week, for instance `0 30 3 * * *`, or @daily'

/** The label by which a container runs at certain times. */
export function* cron({ service, path }: Named): Iterable<Finding> {
  const labels = service.labels ?? {}
  const schedule = Object.hasOwn(labels, LABEL) ? labels[LABEL]?.trim() : undefined
  if (schedule === undefined) return
  const where = [...path, 'labels', LABEL]
  const fault = faultOf(schedule)
  if (fault !== null) {
    yield wrong('ROS_DOC_CRON', where, `${quoted(schedule)} is no time: ${fault}`, EXPECTED, 'correct the field')
    return
  }
  if (schedule.split(/\s+/).length === 5)
    yield {
      ...wrong(
        'ROS_DOC_CRON',
        where,
        'has five fields, and the first is read as seconds',
        EXPECTED,
        `write \`0 ${schedule}\` if it is meant as crontab(5) has it`
      ),
      severity: 'note'
    }
}

/** What keeps a text from being a time; null when nothing does. */
export function faultOf(schedule: string): string | null {
  if (schedule === '') return 'it is empty'
  if (schedule.startsWith('@')) return descriptorFault(schedule)
  const fields = schedule.split(/\s+/)
  if (fields.length < 5 || fields.length > 6) return `it has ${fields.length} fields, not 5 or 6`
  for (const [at, text] of fields.entries()) {
    const field = FIELDS[at]
    const fault = field === undefined ? null : fieldFault(text, field)
    if (fault !== null) return fault
  }
  return null
}

function descriptorFault(schedule: string): string | null {
  const every = /^@every\s+(.+)$/.exec(schedule)?.[1]
  if (every === undefined) return DESCRIPTORS.includes(schedule) ? null : 'there is no such name of a time'
  try {
    return /[a-z]$/.test(every) && (nanoseconds(every) ?? 0) > 0 ? null : `'${every}' is no duration`
  } catch {
    return `'${every}' is no duration`
  }
}

function fieldFault(text: string, field: Field): string | null {
  const { name, from, to } = field
  for (const part of text.split(',')) {
    const [span = '', step, ...more] = part.split('/')
    const [first = '', last, ...ends] = span.split('-')
    const any = first === '*' || first === '?'
    const [low, high] = any ? [from, to] : [numberOf(first, field), last === undefined ? null : numberOf(last, field)]
    const bad =
      more.length > 0 ||
      ends.length > 0 ||
      (any && last !== undefined) ||
      Number.isNaN(low) ||
      Number.isNaN(high) ||
      (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))
    if (bad) return `'${part}' is not in the notation of its field, ${name}`
    if ((low ?? from) < from || (high ?? low ?? to) > to) return `${name}: from ${from} to ${to}, not '${part}'`
    if (high !== null && (low ?? from) > high) return `'${part}' ends before it begins`
  }
  return null
}

function numberOf(text: string, { names, from }: Field): number {
  if (/^\d{1,4}$/.test(text)) return Number(text)
  const at = names?.indexOf(text.toLowerCase()) ?? -1
  return at === -1 ? Number.NaN : at + from
}
