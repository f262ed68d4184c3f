// Generations of a real machine: kept, gone back to, applied as planned, confirmed over a new ssh session or taken back, by a
// crash and a reboot as well.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Summary } from '../../src/agent/history.ts'
import type { StatusView } from '../../src/api/view.ts'
import { testMachine, USER_FILE } from '../support/machine.ts'
import { writeTestImage } from '../support/test-image.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
const REF = 'test/busybox:1'
const TTL = 'rancher.sysctl.net.ipv4.ip_default_ttl'
t.setTimeout(900_000)

/** A document that sets the TTL; `more` are lines of `rancher`. */
const ttl = (value: number, more = '') =>
  `#cloud-config\nrancher:\n  sysctl: {net.ipv4.ip_default_ttl: ${value}}\n${more}`

t.test('a machine that can be undone', { skip }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-undo-'))
  const { machine, root, tried, until } = await testMachine({
    kind: 'namespaces',
    disks: [join(dir, 'state')]
  })
  t.teardown(async () => {
    await machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  /** As a person at the console types it: in no ssh session. */
  const local = async (line: string) => {
    const { code, stdout, stderr } = await machine.nsenter(['sh', '-c', line], { timeout: 150_000 })
    return { code, text: stdout + stderr }
  }
  const put = async (path: string, text: string) => {
    const { code, stderr } = await machine.nsenter(['sh', '-c', `cat > ${path}.new && mv ${path}.new ${path}`], {
      stdin: text
    })
    if (code !== 0) throw new Error(`${path} could not be written: ${stderr}`)
  }
  /** Saves cloud-config.yml and waits until the machine is as it says. */
  const apply = async (text: string) => {
    const { generation } = await status()
    await put(USER_FILE, text)
    await until('a new generation', async () => (await status()).generation > generation)
    await done('ros wait --timeout 120')
  }
  const done = async (line: string) => {
    const { code, text } = await local(line)
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${text}`)
    return text
  }
  const value = async () => (await local('cat /proc/sys/net/ipv4/ip_default_ttl')).text.trim()
  const becomes = (want: string, seconds = 20) =>
    until(`the TTL is ${want}`, async () => (await value()) === want, seconds)
  const history = async () =>
    (JSON.parse((await local('ros history --json')).text) as { readonly items: readonly Summary[] }).items
  const newest = async () => (await history()).at(-1)
  // status exits 1 while the machine is Progressing; its body is the same.
  const status = async () => JSON.parse((await local('ros status --json')).text) as StatusView
  const waits = () => until('a change waits to be confirmed', async () => (await status()).confirm?.inForce === true)
  const boots = () => machine.log().split('all services are ready').length
  await done('ros wait --timeout 120')

  await t.test('every change is kept with who brought it', async (t) => {
    t.equal((await status()).generation, (await newest())?.generation)
    await apply(ttl(71))
    await done(`ros config set --wait 120 ${TTL} 72`)
    await root(`ros config set --wait 120 ${TTL} 73`)
    const [first, file, typed, set] = await history()
    t.equal(first?.by.how, 'boot')
    t.equal(file?.by.who, 'cloud-config.yml')
    t.equal(typed?.by.who, `ros config set ${TTL}`)
    t.match(set?.by.who, /^rancher .*from \S+: ros config set rancher\.sysctl\.net\.ipv4\.ip_default_ttl$/)
    t.match(set, { changed: [`~ ${TTL}`], outcome: { is: 'settled' } })
    t.match(await done('ros history'), /^4 \* +\d+s +settled in /m)
    t.equal((await local('stat -c %a /var/lib/rancher/state/history/00000004.json')).text, '600\n')
  })

  await t.test('undone twice and forward again', async (t) => {
    t.match(await done('ros undo --wait 120'), /^generation 5, as 3 was\n/)
    t.equal(await value(), '72')
    await done('ros undo --wait 120')
    t.equal(await value(), '71')
    await done('ros undo 4 --wait 120')
    t.equal(await value(), '73')
    t.equal(await done('cat /var/lib/rancher/conf/cloud-config.yml'), ttl(73))
  })

  await t.test('a plan is applied as it was shown, or refused', async (t) => {
    await put('/tmp/new.yml', ttl(80))
    const [, hash = ''] = /plan ([0-9a-f]{12})$/m.exec(await done('ros plan -f /tmp/new.yml')) ?? []
    await done('echo 99 > /proc/sys/net/ipv4/ip_default_ttl')
    const refused = await local(`ros apply -f /tmp/new.yml --plan ${hash}`)
    t.equal(refused.code, 1)
    t.match(refused.text, /~ sysctl\/net\.ipv4\.ip_default_ttl: 99 -> 80/)
    t.equal(await done('cat /var/lib/rancher/conf/cloud-config.yml'), ttl(73))
    await becomes('73')
    await done(`ros apply -f /tmp/new.yml --plan ${hash} --wait 120`)
    t.equal(await value(), '80')
  })

  await t.test('a new ssh session confirms a change of the way to the machine, an old one does not', async (t) => {
    const old = tried(
      'touch /run/here; until [ -e /run/go ]; do sleep 0.1; done; ros confirm; ros config set hostname other'
    )
    await until('the old session is there', async () => (await local('test -e /run/here')).code === 0)
    const dns = '  network: {dns: {search: [example.org]}}\n  agent: {confirm: 60}\n'
    await apply(ttl(80, dns))
    await waits()
    t.match((await local('ros status')).text, /^confirm: .* waits for confirmation, \d+ s left, then \d+ is restored/m)
    await local('touch /run/go')
    t.match((await old).text, /this ssh session is older than generation/)
    t.not((await status()).confirm, null, 'nor does what it changes')
    await waits()
    t.match(await root('ros confirm'), /^generation \d+ stays\n$/)
    t.equal((await status()).confirm, null)
  })

  await t.test('an agent that crashes in the window takes the change back all the same', async (t) => {
    await apply(ttl(80))
    await put('/tmp/new.yml', ttl(81))
    await done('ros apply -f /tmp/new.yml --confirm 20 --wait 120')
    t.equal(await value(), '81')
    await local('ros agent restart --fault')
    await machine.logged(/started anew: Error: asked to fail/, 120)
    await until('the agent answers', async () => (await local('ros status')).code !== 3)
    t.not((await status()).confirm, null, 'it goes on waiting')
    await becomes('80')
    await until('it is told', async () => (await newest())?.by.how === 'rollback')
    t.match((await history()).at(-2)?.outcome, { is: 'rolled back', message: 'not confirmed within 20 s' })
  })

  await t.test('a reboot in the window begins with the generation before', async (t) => {
    await put('/tmp/new.yml', ttl(82))
    await done('ros apply -f /tmp/new.yml --confirm 300 --wait 120')
    const { generation } = await status()
    const rev = (await local('ros events')).text.trim().split('\n').at(-1)?.split(' ')[0] ?? ''
    const before = boots()
    await local('ros reboot -f')
    await until('it has booted again', async () => boots() > before, 60)
    await until('the agent answers', async () => (await local('ros wait --timeout 120')).code === 0, 40)
    t.equal(await value(), '80')
    t.match((await history()).slice(-2), [
      { generation, outcome: { is: 'rolled back', message: 'the machine was started anew before it was confirmed' } },
      { generation: generation + 1, by: { how: 'rollback' } }
    ])
    t.equal((await status()).confirm, null)
    t.notMatch((await local(`ros events --since ${rev}`)).text, /-> 82/, 'nothing of the new one was done')
  })

  await t.test('what does not answer, or is not healthy, in time takes the whole document back', async (t) => {
    const image = join(dir, 'image.tar')
    writeTestImage(image, REF)
    await machine.nsenter(['sh', '-c', 'base64 -d > /var/lib/rancher/preload/docker/test.tar'], {
      stdin: readFileSync(image).toString('base64')
    })
    const rollback = (seconds: number) => `  agent: {rollback: ${seconds}}\n`
    const service = (test: string) =>
      `  services:\n    web: {image: ${REF}, command: sleep 1d, stop_grace_period: 1s, healthcheck: {test: "${test}", interval: 1s, retries: 1}}\n`
    const ssh = '  probes: {ssh: {tcp: "127.0.0.1:22", interval: 1}}\n'
    await apply(ttl(83, `${ssh}${service('true')}${rollback(40)}`))
    await until('web is healthy', async () => (await status()).phase === 'Ready', 40)
    t.match((await local('ros get probe')).text, /^probe\/ssh +True/m)
    for (const [more, seconds, why] of [
      [`${ssh.replace(':22', ':9')}${service('true')}`, 5, /^not Ready within 5 s: probe\/ssh: connect ECONNREFUSED/],
      [`${ssh}${service('false')}`, 8, /^not Ready within 8 s: container\/user\/web: /]
    ] as const) {
      await put('/tmp/new.yml', ttl(84, `${more}${rollback(seconds)}`))
      await done('ros apply -f /tmp/new.yml')
      const { generation } = await status()
      await until('it is in force', async () => (await value()) === '84')
      await becomes('83')
      await until('it is told', async () => (await newest())?.generation === generation + 1)
      const entry = (await history()).find((one) => one.generation === generation)
      t.equal(entry?.outcome.is, 'rolled back')
      t.match(entry?.outcome, { message: why })
      await until('all is well again', async () => (await status()).phase === 'Ready', 40)
    }
  })
})
