import t from 'tap'
import { hostLine, listedHosts, withListedHosts } from '../../src/core/hosts.ts'
import { editHosts } from '../../src/core/hosts-file.ts'
import type { Host } from '../../src/host/ports.ts'
import { hostname } from '../../src/kinds/hostname.ts'
import { hosts } from '../../src/kinds/hosts.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const FILE = '/etc/hosts'
const THEIRS = '127.0.0.1 localhost\n::1 localhost\n# mine\n10.0.0.1 db\n'
const MARK = '# rancher.network.hosts'

t.test('only marked lines change in /etc/hosts', async (t) => {
  const nas = `10.0.0.5 nas nas.lan ${MARK}\n`
  const local = '127.0.0.1 localhost\n::1 localhost\n'
  const table: readonly (readonly [string, readonly string[], string])[] = [
    [THEIRS, ['10.0.0.5 nas nas.lan'], `${local}${nas}# mine\n10.0.0.1 db\n`],
    [
      `${local}10.0.0.1 db\n${nas}10.0.0.2 web\n`,
      ['fd00::5 nas'],
      `${local}10.0.0.1 db\nfd00::5 nas ${MARK}\n10.0.0.2 web\n`
    ],
    [`a b\n${nas}c d\n10.9.9.9 x ${MARK} \n`, ['10.0.0.5 nas nas.lan'], `a b\n${nas}c d\n`],
    [`a b\n${nas}c d\n`, [], 'a b\nc d\n'],
    ['', ['10.0.0.5 nas nas.lan'], `127.0.0.1 localhost\n${nas}`],
    ['10.0.0.1 db', ['10.0.0.5 nas nas.lan'], `${nas}10.0.0.1 db`]
  ]
  for (const [text, lines, expected] of table) {
    t.equal(withListedHosts(text, lines), expected)
    t.same(listedHosts(expected), lines)
    t.equal(withListedHosts(expected, lines), expected)
  }
  t.same(listedHosts(`10.0.0.5\tnas   nas.lan ${MARK}\n# mine\n`), ['10.0.0.5 nas nas.lan'])
  t.equal(hostLine('FD00:0::5', ['nas']), 'fd00::5 nas')
})

t.test('names of other machines conform, beside the machine’s own', async (t) => {
  const { host, snapshot, text } = machine({
    files: { [FILE]: THEIRS, '/proc/sys/kernel/hostname': 'image\n', '/etc/hostname': 'image\n' }
  })
  const network = { hosts: { '10.0.0.5': ['nas', 'nas.lan'], 'fd00::5': ['nas'] } }
  await conform(t, { kind: hosts, host, snapshot, desired: desiredOf({ rancher: { network } }) })
  await editHosts(host, (before) => withListedHosts(before, ['10.0.0.5 nas']))
  await conform(t, { kind: hostname, host, snapshot, desired: desiredOf({ hostname: 'web-1' }) })
  t.equal(text(FILE), withListedHosts(THEIRS, ['10.0.0.5 nas']))
})

t.test('drift says which lines', async (t) => {
  const [want = null] = [
    ...hosts.want(desiredOf({ rancher: { network: { hosts: { '10.0.0.5': ['nas'], '10.0.0.6': ['db'] } } } }))
  ]
  const cases: readonly (readonly [readonly string[], string | null])[] = [
    [['10.0.0.5 nas', '10.0.0.6 db'], null],
    [['10.0.0.6 db', '10.0.0.5 nas'], 'update: in another order'],
    [['10.0.0.5 nas', '10.0.0.7 db'], 'update: -10.0.0.7 db, +10.0.0.6 db'],
    [[], 'create: +10.0.0.5 nas, +10.0.0.6 db']
  ]
  for (const [lines, expected] of cases) {
    const judgement = hosts.judge(want, lines.length === 0 ? null : { lines }, null)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, expected)
  }
  t.equal(hosts.judge(null, null, null), null)
  t.match(hosts.judge(null, { lines: ['10.0.0.5 nas'] }, null), { verb: 'delete' })
  t.equal(hosts.claims?.('hosts/machine', { lines: [] }), null)
})

t.test('a file that the document writes itself is left to it', async (t) => {
  const network = { hosts: { '10.0.0.5': ['nas'] } }
  const write_files = [{ path: FILE, content: 'x' }]
  t.same([...hosts.want(desiredOf({ write_files, rancher: { network } }))], [])
  t.same([...hosts.want(desiredOf({ rancher: { network: { hosts: { '10.0.0.5': [] } } } }))], [])
})

t.test('what edits the file at once does not lose a line of anybody', async (t) => {
  let text = THEIRS
  let half = false
  const files = {
    read: async () => (half ? text.slice(0, 10) : text),
    writeInPlace: async (_path: string, next: string) => {
      half = true
      await new Promise((resolve) => setImmediate(resolve))
      text = next
      half = false
    }
  }
  const host = { files } as unknown as Host // nothing else is asked of it
  const broken = editHosts(host, () => {
    throw new Error('no')
  })
  const lines = ['10.0.0.5 a', '10.0.0.6 b', '10.0.0.7 c']
  const edits = lines.map((line) =>
    editHosts(host, (before) => withListedHosts(before, [...listedHosts(before), line]))
  )
  await t.rejects(broken, { message: 'no' })
  await Promise.all(edits)
  t.equal(text, withListedHosts(THEIRS, lines))
})
