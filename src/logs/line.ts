// Lines as the machine's programs write them -> when, how grave, and what is left to say. Pure.

export interface Line {
  /** ISO time in UTC; null: the line says none. */
  readonly at: string | null
  readonly priority: number
  readonly line: string
}

/** Numbers of RFC 5424, 6.2.1. */
const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' '
  )
const SEVERITIES = 'emerg alert crit err warn notice info debug'.split(' ')
const ERROR = 3
const WARNING = 4
const INFO = 6
const DEBUG = 7
const DAEMON = 3 * 8
const PLAIN = DAEMON + INFO

/** The agent's own, a JSON object (pino). */
export function agentLine(text: string): Line {
  const said = objectIn(text)
  if (said === null) return { at: null, priority: PLAIN, line: text }
  const { level, time, msg, err, ...fields } = said
  const fault = typeof err === 'object' && err !== null && 'message' in err ? { error: err.message } : {}
  const rest = Object.entries({ ...fields, ...fault }).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`
  )
  return { at: utc(String(time)), priority: DAEMON + severityOf(Number(level)), line: `${String(msg)}${rest.join('')}` }
}

/** dockerd's: `time="2026-01-31T12:00:00.1Z" level=info msg="…"`. */
export function engineLine(text: string): Line {
  const [all = '', time = '', level = ''] = /^time="([^"]*)" level=(\w+) /.exec(text) ?? []
  if (all === '') return { at: null, priority: PLAIN, line: text }
  const severity = { debug: DEBUG, warning: WARNING, error: ERROR, fatal: ERROR }[level] ?? INFO
  return { at: utc(time), priority: DAEMON + severity, line: text.slice(all.indexOf('level=')) }
}

/** A container's, before which its engine puts the time. */
export function containerLine(text: string): Line {
  const space = text.indexOf(' ')
  const at = utc(space === -1 ? text : text.slice(0, space))
  return { at, priority: PLAIN, line: at === null ? text : space === -1 ? '' : text.slice(space + 1) }
}

/** The boot's, `[   3.214] rosd: …`; `booted` in milliseconds since 1970. */
export function bootLine(booted: number): (text: string) => Line {
  return (text) => {
    const [all = '', seconds = '0'] = /^\[ *(\d+\.\d+)\] rosd: /.exec(text) ?? []
    const at = all === '' ? null : new Date(booted + Number(seconds) * 1000).toISOString()
    const priority = DAEMON + (/^(\[.*?\] rosd: )?FAILED /.test(text) ? ERROR : INFO)
    return { at, priority, line: text.slice(all.length) }
  }
}

/** The line above what a command of the document says: `2026-01-31T12:00:00.000Z + COMMAND`, a hook's name before the `+`. */
export function commandLine(text: string): Line {
  const [, time = '', line = text] = /^(\S+Z) ((?:\S+ )?\+ .*)$/.exec(text) ?? []
  const at = utc(time)
  return { at, priority: PLAIN, line: at === null ? text : line }
}

/** A record of /dev/kmsg, `6,339,5140900,-;text`: priority, number, microseconds since the boot (the kernel's dev-kmsg). */
export function kernelLine(booted: number): (text: string) => Line {
  return (text) => {
    const [all = '', priority = String(INFO), micros = '0'] = /^(\d+),\d+,(\d+)[^;]*;/.exec(text) ?? []
    if (all === '') return { at: null, priority: INFO, line: text }
    return {
      at: new Date(booted + Number(micros) / 1000).toISOString(),
      priority: Number(priority),
      line: text.slice(all.length).split('\n')[0] ?? ''
    }
  }
}

/**
 * The log daemon's, `Jan 31 12:00:00 host daemon.info tag[1]: text`. It names no year: the newest that does not lie ahead of
 * `now` (milliseconds since 1970). Its times are the machine's own.
 */
export function syslogLine(now: () => number): (text: string) => Line {
  return (text) => {
    const found = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ (?:([a-z]+\d?)\.([a-z]+) )?/.exec(text)
    if (found === null) return { at: null, priority: PLAIN, line: text }
    const [all, time = '', facility = 'daemon', severity = 'info'] = found
    return {
      at: withYear(time, now()),
      priority: Math.max(0, FACILITIES.indexOf(facility)) * 8 + numberOf(severity),
      line: text.slice(all.length)
    }
  }
}

function numberOf(severity: string): number {
  const at = SEVERITIES.indexOf({ error: 'err', warning: 'warn', panic: 'emerg' }[severity] ?? severity)
  return at === -1 ? INFO : at
}

/** A day ahead is let pass: clocks are set back. */
function withYear(time: string, now: number): string | null {
  const year = new Date(now).getFullYear()
  const inYear = (of: number) => Date.parse(`${time.slice(0, 6)} ${of} ${time.slice(7)}`)
  const here = inYear(year)
  const at = here > now + 86_400_000 ? inYear(year - 1) : here
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

/** pino's numbers. */
function severityOf(level: number): number {
  return level >= 60 ? 2 : level >= 50 ? ERROR : level >= 40 ? WARNING : level >= 30 ? INFO : DEBUG
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>> // what begins with a brace and is JSON is an object
  } catch {
    return null
  }
}

/** ISO text in UTC with as many digits as it had; null: it is no time. */
function utc(text: string): string | null {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text)) return text
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
