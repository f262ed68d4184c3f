import t from 'tap'
import type { LogEntry } from '../../src/logs/entry.ts'
import { framed, syslogMessage } from '../../src/logs/syslog-message.ts'

process.env['TZ'] = 'UTC'
const NOW = Date.parse('2026-02-03T04:05:06Z')
const entry = (source: string, line: string, at: string | null = '2026-01-31T12:00:00.123456789Z'): LogEntry => ({
  at,
  source,
  priority: 30,
  line
})

t.test('a line in either format', async (t) => {
  const cases = [
    [
      entry('web', 'hello'),
      '<30>1 2026-01-31T12:00:00.123456Z node1 web - - - hello',
      '<30>Jan 31 12:00:00 node1 web: hello'
    ],
    [
      entry('syslog', 'ntpd[7]: no: reply', '2026-01-31T12:00:00Z'),
      '<30>1 2026-01-31T12:00:00Z node1 ntpd 7 - - no: reply',
      '<30>Jan 31 12:00:00 node1 ntpd[7]: no: reply'
    ],
    [entry('syslog', 'without a tag'), /node1 syslog - - - without a tag$/, /node1 syslog: without a tag$/],
    [entry('web', 'tag: x'), /web - - - tag: x$/, /web: tag: x$/],
    [
      entry('my service', 'ä\nb', null),
      '<30>1 - node1 my_service - - - ä b',
      '<30>Feb  3 04:05:06 node1 my_service: ä b'
    ]
  ] as const
  for (const [one, today, old] of cases) {
    t.match(syslogMessage(one, 'rfc5424', 'node1', NOW), today)
    t.match(syslogMessage(one, 'rfc3164', 'node1', NOW), old)
  }
  t.match(syslogMessage(entry('x'.repeat(60), ''), 'rfc5424', '', NOW), new RegExp(`Z - ${'x'.repeat(48)} - - - $`))
})

t.test('what is too long is cut at a letter', async (t) => {
  const message = syslogMessage(entry('web', `x${'ä'.repeat(9000)}`), 'rfc5424', 'node1', NOW)
  t.ok([8191, 8192].includes(Buffer.byteLength(message)))
  t.match(message, /ä$/)
})

t.test('a stream tells where a message ends', async (t) => {
  t.equal(framed('ä', 'udp').toString(), 'ä')
  t.equal(framed('ä', 'tcp').toString(), 'ä\n')
  t.equal(framed('ä', 'tls').toString(), '2 ä')
})
