// A line as a syslog server takes it. Pure.
import type { LogDestination } from '../core/log-destinations.ts'
import type { LogEntry } from './entry.ts'

/** Bytes of a message, at most; RFC 5424 (6.1) has servers take 2048 and lets them take more. */
const LONGEST = 8192
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `hostname` is the machine's; `now`, in milliseconds since 1970, stands in for a time the line does not have. */
export function syslogMessage(
  entry: LogEntry,
  format: LogDestination['format'],
  hostname: string,
  now: number
): string {
  const { program, pid, text } = speakerOf(entry)
  const host = word(hostname, 255)
  const message =
    format === 'rfc5424'
      ? `<${entry.priority}>1 ${entry.at === null ? '-' : micros(entry.at)} ${host} ${word(program, 48)} ${pid === '' ? '-' : pid} - - ${text}`
      : `<${entry.priority}>${short(entry.at === null ? now : Date.parse(entry.at))} ${host} ${word(program, 32)}${pid === '' ? '' : `[${pid}]`}: ${text}`
  return cut(message.replaceAll(/[\r\n\0]/g, ' '))
}

/** What goes over the wire: streams need to tell where a message ends (RFC 6587, 3.4; RFC 5425, 4.3). */
export function framed(message: string, protocol: LogDestination['protocol']): Buffer {
  const bytes = Buffer.from(message)
  if (protocol === 'udp') return bytes
  if (protocol === 'tcp') return Buffer.concat([bytes, Buffer.from('\n')])
  return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
}

/** Lines of the log daemon name their program: `ntpd[7]: text`. */
function speakerOf({ source, line }: LogEntry): {
  readonly program: string
  readonly pid: string
  readonly text: string
} {
  const found = source === 'syslog' ? /^([^\s:[\]]+)(?:\[(\d+)\])?: /.exec(line) : null
  if (found === null) return { program: source, pid: '', text: line }
  return { program: found[1] ?? '', pid: found[2] ?? '', text: line.slice(found[0].length) }
}

/** RFC 5424, 6.2.3: at most six digits of a second. */
function micros(at: string): string {
  return at.replace(/(\.\d{6})\d+Z$/, '$1Z')
}

/** RFC 3164, 4.1.2: the machine's own time. */
function short(at: number): string {
  const time = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')
  return `${MONTHS[time.getMonth()]} ${String(time.getDate()).padStart(2)} ${clock}`
}

/** Printable ASCII without spaces; `-` for none. */
function word(text: string, longest: number): string {
  return text.replaceAll(/[^!-~]/g, '_').slice(0, longest) || '-'
}

/** No letter is cut in two. */
function cut(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= LONGEST) return text
  return bytes.toString('utf8', 0, LONGEST).replace(/�$/, '')
}
