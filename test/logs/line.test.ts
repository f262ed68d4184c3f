import t from 'tap'
import {
  agentLine,
  bootLine,
  commandLine,
  containerLine,
  engineLine,
  kernelLine,
  type Line,
  syslogLine
} from '../../src/logs/line.ts'

process.env['TZ'] = 'UTC'
const BOOTED = Date.parse('2026-01-31T12:00:00Z')
const NOW = Date.parse('2026-01-31T18:00:00Z')

const CASES: readonly (readonly [string, (text: string) => Line, string, Line])[] = [
  [
    "the agent's, its fields behind the sentence",
    agentLine,
    '{"level":30,"time":"2026-01-31T12:00:00.123Z","key":"sysctl/a b","ms":12,"of":["x"],"msg":"applied"}',
    { at: '2026-01-31T12:00:00.123Z', priority: 30, line: 'applied key=sysctl/a b ms=12 of=["x"]' }
  ],
  [
    'of an error the message, not the stack',
    agentLine,
    '{"level":50,"time":"2026-01-31T12:00:00.123Z","err":{"type":"E","message":"no","stack":"E: no\\n at x"},"msg":"failed"}',
    { at: '2026-01-31T12:00:00.123Z', priority: 27, line: 'failed error=no' }
  ],
  [
    "a command's",
    commandLine,
    '2026-01-31T12:00:00.123Z + echo a',
    { at: '2026-01-31T12:00:00.123Z', priority: 30, line: '+ echo a' }
  ],
  [
    "a hook's",
    commandLine,
    '2026-01-31T12:00:00.123Z pre_up:eth0 + echo a',
    { at: '2026-01-31T12:00:00.123Z', priority: 30, line: 'pre_up:eth0 + echo a' }
  ],
  ['what a command says', commandLine, '2026-01-31 a + b', { at: null, priority: 30, line: '2026-01-31 a + b' }],
  ['torn JSON', agentLine, '{"level":30,"ti', { at: null, priority: 30, line: '{"level":30,"ti' }],
  ['what a program wrote there', agentLine, 'Segfault', { at: null, priority: 30, line: 'Segfault' }],
  [
    "dockerd's",
    engineLine,
    'time="2026-01-31T12:00:00.123456789Z" level=warning msg="it \\"is\\" so" error="x"',
    { at: '2026-01-31T12:00:00.123456789Z', priority: 28, line: 'level=warning msg="it \\"is\\" so" error="x"' }
  ],
  [
    "dockerd's in another zone",
    engineLine,
    'time="2026-01-31T14:00:00.5+02:00" level=info msg=x',
    { at: '2026-01-31T12:00:00.500Z', priority: 30, line: 'level=info msg=x' }
  ],
  [
    'a stack below it',
    engineLine,
    'goroutine 1 [running]:',
    { at: null, priority: 30, line: 'goroutine 1 [running]:' }
  ],
  [
    "a container's",
    containerLine,
    '2026-01-31T12:00:00.123456789Z   two  spaces',
    { at: '2026-01-31T12:00:00.123456789Z', priority: 30, line: '  two  spaces' }
  ],
  [
    "a container's empty line",
    containerLine,
    '2026-01-31T12:00:00.123456789Z',
    { at: '2026-01-31T12:00:00.123456789Z', priority: 30, line: '' }
  ],
  [
    "the boot's",
    bootLine(BOOTED),
    '[   3.214] rosd: mounted /state',
    { at: '2026-01-31T12:00:03.214Z', priority: 30, line: 'mounted /state' }
  ],
  [
    'what failed in it',
    bootLine(BOOTED),
    '[  13.214] rosd: FAILED mounting /state: no such device 0.1 s',
    { at: '2026-01-31T12:00:13.214Z', priority: 27, line: 'FAILED mounting /state: no such device 0.1 s' }
  ],
  [
    "the kernel's",
    kernelLine(BOOTED),
    '4,339,5140900,-;eth0: link; is down\n SUBSYSTEM=net\n DEVICE=+eth0\n',
    { at: '2026-01-31T12:00:05.140Z', priority: 4, line: 'eth0: link; is down' }
  ],
  [
    "the kernel's with its caller",
    kernelLine(BOOTED),
    '6,1,0,c,caller=T1;first\n',
    { at: '2026-01-31T12:00:00.000Z', priority: 6, line: 'first' }
  ],
  [
    "syslog's",
    syslogLine(() => NOW),
    'Jan 31 12:00:01 host daemon.err ntpd[7]: no reply',
    { at: '2026-01-31T12:00:01.000Z', priority: 27, line: 'ntpd[7]: no reply' }
  ],
  [
    "syslog's of last year",
    syslogLine(() => NOW),
    'Dec  1 12:00:01 host kern.warn kernel: hot',
    { at: '2025-12-01T12:00:01.000Z', priority: 4, line: 'kernel: hot' }
  ],
  [
    "syslog's of a clock that was ahead",
    syslogLine(() => NOW),
    'Feb  1 12:00:01 host local7.emerg x',
    { at: '2026-02-01T12:00:01.000Z', priority: 184, line: 'x' }
  ],
  ['what it passes on as it is', syslogLine(() => NOW), 'x y', { at: null, priority: 30, line: 'x y' }]
]

for (const [what, reader, text, line] of CASES) t.test(what, async (t) => t.same(reader(text), line))
