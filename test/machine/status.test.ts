// One machine with real engines: who made a thing drift, what is only reported or frozen, what is adopted, pauses, figures.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Event } from '../../src/agent/events.ts'
import type { Value } from '../../src/document/value.ts'
import { startMachine } from '../../src/vm/machine.ts'
import { parseExposition } from '../support/exposition.ts'
import { until } from '../support/loop.ts'
import { writeTestImage } from '../support/test-image.ts'
import { REF, user } from './support/services.ts'

const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'
t.setTimeout(900_000)

const dir = mkdtempSync(join(tmpdir(), 'rosd-status-'))
t.teardown(() => rmSync(dir, { recursive: true, force: true }))

const TTL = '/proc/sys/net/ipv4/ip_default_ttl'
const ADDRESS = 'address/t0:10.77.0.2/24'
const ROUTE = 'route/main/10.78.0.0/16'
const WEB = 'container/user/web'

const document = (more: Readonly<Record<string, Value>> = {}): Value => ({
  rancher: {
    metrics: { listen: '127.0.0.1:9633' },
    sysctl: { 'net.ipv4.ip_default_ttl': 77 },
    network: {
      interfaces: {
        t0: { address: '10.77.0.2/24', mtu: 1400, routes: [{ to: '10.78.0.0/16', via: '10.77.0.1' }] },
        t1: { dhcp: false }
      }
    },
    services: { web: user({ mem_limit: 33_554_432 }) },
    ...more
  }
})

t.test('what becomes of a machine that others change', { skip }, async (t) => {
  const machine = await startMachine({ kind: 'namespaces', fast: true, sshWait: false })
  t.teardown(() => machine.stop())
  const root = async (line: string, stdin?: string) => {
    const options = { timeout: 150_000, ...(stdin === undefined ? {} : { stdin }) }
    const { code, stdout, stderr } = await machine.nsenter(['sh', '-c', line], options)
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${stdout}${stderr}`)
    return stdout.trim()
  }
  const merge = (value: Value, wait = ' --wait 120') => root(`ros config merge -i -${wait}`, JSON.stringify(value))
  const events = async (key: string): Promise<readonly Event[]> =>
    (await root('ros events --json'))
      .split('\n')
      .map((line): Event => JSON.parse(line))
      .filter((event) => event.key === key)
  /** The newest message of one reason about a key, once it looks as expected. */
  const told = async (key: string, reason: string, looks: RegExp) => {
    let last = ''
    const there = async () => {
      last = (await events(key)).findLast((event) => event.reason === reason)?.message ?? ''
      return looks.test(last)
    }
    await until(there, 120_000, `${reason} of ${key} like ${looks}`).catch((thrown: Error) => {
      throw new Error(`${thrown.message}; it says '${last}'`)
    })
    return last
  }
  const ready = (key: string) => root(`ros wait --for=condition=Ready=${key} --timeout 120s`)
  const again = async () => {
    const starts = () => machine.log().split('started anew: by command').length
    const before = starts()
    await root('ros agent restart')
    await until(() => starts() > before, 120_000, 'another agent')
    const answers = async () => (await machine.nsenter(['ros', 'status'], { timeout: 120_000 })).code !== 3
    await until(answers, 120_000, 'its answer')
  }

  await machine.logged(/all services are ready/, 150)
  const image = join(dir, 'image.tar')
  writeTestImage(image, REF)
  await root('base64 -d > /var/lib/rancher/preload/docker/test.tar', readFileSync(image).toString('base64'))
  await root('/usr/bin/ip link add t0 type veth peer name t1 && /usr/bin/ip link set t1 up')
  await merge(document())
  await root('ros wait --for=condition=Ready --timeout 120s')

  await t.test('who it was is said where kernel or engine tell, and nothing where they do not', async (t) => {
    await root('/usr/bin/ip link set t0 mtu 1300')
    t.equal(await told('link/t0', 'Drifted', /1300/), 'mtu 1300 -> 1400; setting it right')
    await root('/usr/bin/ip address del 10.77.0.2/24 dev t0')
    await told(
      ADDRESS,
      'Drifted',
      /^not there; setting it right \(changed by (`?(\/usr\/bin\/)?ip\b.*|a process that has ended \()/
    )
    await ready(ROUTE)
    await root('docker kill web')
    await told(WEB, 'Drifted', /exited with code 137; setting it right \(sent signal 9 through the engine's API\)/)
    await ready(WEB)
    await root("kill -9 $(docker inspect -f '{{.State.Pid}}' web)")
    await told(WEB, 'Drifted', /setting it right \(it ended by itself with code 137\)/)
    await ready(WEB)
  })

  await t.test('who undoes it again and again is told, and it is slowed down', async (t) => {
    const since = JSON.parse(await root('ros events --json | tail -n 1')).rev
    const fights = [
      '/usr/bin/ip address del 10.77.0.2/24 dev t0',
      '/usr/bin/ip route del 10.78.0.0/16 dev t0',
      'docker kill web'
    ].map((line) => root(`until [ -e /run/peace ]; do ${line} > /dev/null 2>&1; sleep 0.1; done`))
    for (const key of [ADDRESS, WEB]) {
      const message = await told(key, 'NotConverging', /needed again/)
      t.match(message, key === WEB ? /somebody at the engine's API keeps undoing it/ : /: .* keeps undoing it$/, key)
    }
    await root('touch /run/peace')
    await Promise.all(fights)
    for (const key of [ADDRESS, ROUTE, WEB]) {
      const done = (await events(key)).filter(({ rev, reason }) => rev > since && /^(Created|Updated)$/.test(reason))
      t.ok(done.length < 14, `${key}: ${done.length} actions`)
    }
    await root('ros reconcile --wait 120')
  })

  await t.test('what is only reported stays, also with a new agent, until the document changes', async (t) => {
    await merge(document({ drift: { 'sysctl/net.ipv4.*': 'report', 'link/t0': 'freeze' } }))
    await root(`echo 70 > ${TTL}; ros reconcile --wait 120`)
    await root('ros wait --for=condition=Drifted=sysctl/net.ipv4.ip_default_ttl --timeout 120')
    t.match(
      await root('ros plan'),
      /^= sysctl\/net\.ipv4\.ip_default_ttl: update: 70 -> 77; rancher\.drift only reports/m
    )
    await again()
    await root('ros wait --timeout 120')
    t.equal(await root(`cat ${TTL}`), '70')
    t.equal((await events('sysctl/net.ipv4.ip_default_ttl')).filter(({ reason }) => reason === 'Drifted').length, 2)
    await root('ros config set rancher.sysctl."net.ipv4.ip_default_ttl" 78 --wait 120')
    t.equal(await root(`cat ${TTL}`), '78')
    await root('ros config set rancher.network.interfaces.t0.mtu 1380 --wait 120')
    t.match(await root('/usr/bin/ip link show t0'), /mtu 1400/, 'what is frozen is not changed for the document')
    t.match(await root('ros plan'), /^= link\/t0: update: mtu 1400 -> 1380; rancher\.drift freezes link\/t0/m)
    await root('ros config unset rancher.drift --wait 120')
    t.match(await root('/usr/bin/ip link show t0'), /mtu 1380/, 'and is when that is over')
  })

  await t.test('what others have set is adopted, and then nothing is to be done', async (t) => {
    await merge(document({ drift: { sysctl: 'report', 'container/user/*': 'report' } }))
    const web = await root("docker inspect -f '{{.Id}} {{.State.StartedAt}}' web")
    await root(`echo 71 > ${TTL}; docker update --memory 64m --memory-swap 128m web; ros reconcile --wait 120`)
    t.match(await root('ros adopt sysctl/net.ipv4.ip_default_ttl'), /77 -> 71\n?$/)
    t.match(await root(`ros adopt ${WEB}`), /mem_limit: 33554432 -> 67108864/)
    await root('ros pause adopting')
    await root('/usr/bin/ip address add 10.77.0.3/24 dev t0')
    t.match(await root('ros adopt address/t0:only'), /addresses: \["10\.77\.0\.3\/24"\]/)
    await root(`docker run -d --name other -e A='$1' --memory 32m --restart always -v /srv:/data:ro ${REF} sleep 2d`)
    const other = await root('docker inspect -f {{.Id}} other')
    t.match(await root('ros adopt container/user/other --dry-run'), /\(nothing was written\)/)
    t.match(await root('ros adopt container/user/other'), /\+ rancher\.services\.other/)
    await root('ros resume; ros wait --timeout 120')
    t.equal(await root('ros plan'), 'nothing to do')
    t.equal(await root("docker inspect -f '{{.Id}} {{.State.StartedAt}}' web"), web, 'nothing was done to it')
    t.equal(await root('docker inspect -f {{.Id}} other'), other)
    t.match(await root('/usr/bin/ip address show t0'), /10\.77\.0\.3\/24/)
    t.equal(await root(`cat ${TTL}`), '71')
    await root('ros config unset rancher.services.other --wait 120')
    t.equal(await root('docker ps -aq -f name=other'), '', 'what was adopted is ours to remove')
  })

  await t.test('paused, nothing is done, whoever starts anew; resumed, all of it', async (t) => {
    await merge(document())
    await root('ros config unset rancher.drift --wait 120')
    await root('ros pause --for 1h new disk')
    await root('/usr/bin/ip link set t0 mtu 1310')
    t.match(await told('link/t0', 'Drifted', /1310/), 'mtu 1310 -> 1400; it is left so: paused: new disk')
    await again()
    await root('ros wait --for=condition=Paused --timeout 120')
    t.match(await root('ros status || true'), /^paused: +new disk; until /m)
    t.match(await root('/usr/bin/ip link show t0'), /mtu 1310/)
    await root('ros resume; ros wait --timeout 120')
    t.match(await root('/usr/bin/ip link show t0'), /mtu 1400/)
  })

  await t.test('events are numbered on, and figures are there for who asks', async (t) => {
    const revs = (await root('ros events --json')).split('\n').map((line) => (JSON.parse(line) as Event).rev)
    t.same(
      revs,
      revs.toSorted((a, b) => a - b)
    )
    t.equal(new Set(revs).size, revs.length)
    t.match(await root('ros events --since 1000000 2>&1 || true'), /there is no event 1000000 yet/)
    const families = parseExposition(`${await root('wget -qO- http://127.0.0.1:9633/metrics')}\n`)
    t.ok(families.has('rosd_build_info'))
    t.match(await root('wget -qO- http://127.0.0.1:9633/v1/state 2>&1 || true'), /404/)
    await root('ros config set rancher.metrics.listen 192.0.2.1:9633')
    await root('ros wait --for=condition=MetricsServed=false,condition=Ready --timeout 120')
    t.match(await root('ros get machine'), /^MetricsServed +False +CanNotListen .*the machine has no such address$/m)
  })
})
