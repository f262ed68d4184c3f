// `ros history`, `apply`, `undo` and `confirm` against a model agent.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { lineDiff } from '../../src/cli/line-diff.ts'
import { until } from '../support/loop.ts'
import { machine } from './support/ros.ts'

const sysctl = (value: number) => `#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: ${value}\n`

t.test('generations are listed, shown, compared and gone back to', async (t) => {
  const { ros, agent, settled, stop } = await machine({ user: sysctl(10) })
  t.teardown(stop)
  await settled()
  const env = { SUDO_USER: 'ann', SSH_CONNECTION: '10.0.2.2 50000 10.0.2.15 22' }
  await ros('config set rancher.sysctl.vm.swappiness 20 --wait 5', { env, tty: 'pts/0' })
  const outcomes = () => agent.history.list().map(({ outcome: { is } }) => is)
  await until(() => outcomes().join() === 'settled,settled')
  const set = 'ann on pts/0 from 10.0.2.2: ros config set rancher.sysctl.vm.swappiness'
  t.same(await ros('history'), {
    code: 0,
    out: [
      `GENERATION  AGE  OUTCOME           BY${' '.repeat(set.length)}CHANGES`,
      `2 *         90s  settled in 0.0 s  ${set}  ~ rancher.sysctl.vm.swappiness`,
      `1           90s  settled in 0.0 s  a boot${' '.repeat(set.length - 4)}the first`,
      ''
    ].join('\n'),
    err: ''
  })
  t.same(await ros('undo --wait 5', { env }), {
    code: 0,
    out: [
      'generation 3, as 1 was',
      '~ sysctl/vm.swappiness: 20 -> 10  (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)',
      '',
      `1 to update; plan ${agent.history.newest?.plan?.hash.slice(0, 12)}`,
      'settled: generation 3, 1 of 1 ready',
      ''
    ].join('\n'),
    err: ''
  })
  t.match(
    (await ros('history show 3')).out,
    /^generation: +3, as 1 was\n.*\nby: +ann from 10\.0\.2\.2: ros undo \(undo to 1\)\n/
  )
  t.match(
    (await ros('history show 2')).out,
    /changes:\n {2}~ rancher\.sysctl\.vm\.swappiness: 10 -> 20\n\nplan:\n {2}~ sysctl/
  )
  t.equal((await ros('history diff 1 2')).out, '~ rancher.sysctl.vm.swappiness: 10 -> 20\n')
  t.equal((await ros('history diff 2')).out, '~ rancher.sysctl.vm.swappiness: 20 -> 10\n')
  t.equal((await ros('history diff 1 3')).out, 'nothing differs\n')
  t.match(
    (await ros('history diff 1 2 --text')).out,
    /^cloud-config\.yml\n.*-     vm\.swappiness: 10\n\+     vm\.swappiness: 20\n/s
  )
  t.match(await ros('undo 9'), { code: 1, err: /^ros: generation 9 is not kept; kept are 1 to 3/ })
  t.match(await ros('undo x'), { code: 2, err: /^ros: a generation is a number/ })
  t.match(await ros('history show'), { code: 2 })
  t.match(await ros('history of 3'), { code: 2, err: /knows show and diff, not 'of'/ })
  t.match((await ros(['complete', 'undo', ''])).out, /^3\t~ rancher\.sysctl\.vm\.swappiness\n2\t/)
  t.equal((await ros(['complete', 'history', ''])).out, 'show\t\ndiff\t\n')
})

t.test('a plan that is shown is applied as it was shown, or not at all', async (t) => {
  const { ros, machine: kernel, root, userText, stop, settled } = await machine({ user: sysctl(10) })
  t.teardown(stop)
  await settled()
  const file = join(root, 'new.yml')
  await writeFile(file, sysctl(20))
  const [, hash = ''] = /plan ([0-9a-f]{12})$/m.exec((await ros(`plan -f ${file}`)).out) ?? []
  kernel.set('vm.swappiness', '55')
  const refused = await ros(`apply -f ${file} --plan ${hash}`)
  t.equal(refused.code, 1)
  t.match(refused.out, /^~ sysctl\/vm\.swappiness: 55 -> 20 /)
  t.match(
    refused.err,
    /^ros: the machine or the document is not what it was when the plan was shown; the plan is [0-9a-f]{12} now/
  )
  t.equal(await userText(), sysctl(10))
  await until(() => kernel.get('vm.swappiness') === '10')
  t.match(await ros(`apply -f ${file} --plan ${hash} --wait 5`), {
    code: 0,
    out: /^generation 2\n.*settled: generation 2, 1 of 1 ready\n$/s
  })
  t.match(await ros('apply'), { code: 2, err: /^ros: name the document with -f FILE/ })
  t.match(await ros(`apply -f ${file} --plan xyz`), { code: 1, err: /hexadecimal digits, not 'xyz'/ })
})

const TOLD = /^to keep it: log in anew and run `ros confirm` within 120 s; else generation 1 is restored$/m

t.test('a command that may close the way it came by says so', async (t) => {
  const path = { client: '192.0.2.7', links: [{ name: 'eth0', mac: '', kind: '' }], via: '10.0.0.1', to: 'default' }
  const peer = () => ({ pid: 7, name: 'ros', session: 1, from: '192.0.2.7', to: '' })
  const { ros, stop, settled, store, root } = await machine({ user: sysctl(10), path, peer })
  t.teardown(stop)
  await settled()
  const set = 'config set rancher.network.dns.search [example.org]'
  t.equal(
    (await ros(set)).out,
    `+ rancher.network: {"dns":{"search":["example.org"]}}
you came from 192.0.2.7 over eth0, default by 10.0.0.1, and this change may close that way
to keep it: log in anew and run \`ros confirm\` within 120 s; else generation 1 is restored
`
  )
  await until(() => store.value.confirm !== null)
  t.match((await ros('undo')).out, /^generation 3, as 1 was\n[^:]*$/)
  t.equal((await ros(`${set} --no-confirm`)).out, '+ rancher.network: {"dns":{"search":["example.org"]}}\n')
  await writeFile(join(root, 'new.yml'), sysctl(10))
  t.match(
    (await ros(`apply -f ${join(root, 'new.yml')}`)).out,
    /^you came from 192\.0\.2\.7 over eth0.*\nto keep it: /m
  )
  t.match(await ros(`${set} --no-confirm --confirm 5`), { code: 2, err: /say opposite things/ })
})

t.test('what waits to be confirmed is told, and a fresh command confirms it', async (t) => {
  let now = 1_000
  const { ros, store, stop, settled } = await machine({ user: sysctl(10), uptime: () => now })
  t.teardown(stop)
  await settled()
  t.match((await ros('config set rancher.sysctl.vm.swappiness 20 --confirm 120 --wait 5')).out, TOLD)
  await until(() => store.value.confirm?.since === 1_000)
  t.match(
    (await ros('status')).out,
    /^confirm: +generation 2 waits for confirmation, \d+ s left, then 1 is restored: log in anew/m
  )
  t.match(await ros('confirm'), { code: 1, err: /^ros: this connection is older than generation 2/ })
  now = 2_000
  t.same(await ros('confirm'), { code: 0, out: 'generation 2 stays\n', err: '' })
  t.match(await ros('confirm'), { code: 1, err: /^ros: nothing waits to be confirmed/ })
})

t.test('two texts line by line', (t) => {
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('')
  t.equal(lineDiff('a', 'x\n', 'x\n'), '')
  t.equal(lineDiff('a', '', 'x\n'), 'a\n+ x\n')
  t.equal(lineDiff('a', 'x\ny\nz\n', 'x\nz\nw\n'), 'a\n  x\n- y\n  z\n+ w\n')
  t.equal(
    lineDiff('a', numbered(9), numbered(9).replace('line 6', 'six')),
    'a\n  …\n  line 3\n  line 4\n  line 5\n- line 6\n+ six\n  line 7\n  line 8\n  line 9\n'
  )
  t.end()
})
