// The kind `wifi` with programs that answer as wpa_supplicant and wpa_cli do; real ones on a radio are in test/e2e/wifi.ts.
import t from 'tap'
import type { KindDef } from '../../src/core/kind.ts'
import { plan } from '../../src/core/plan.ts'
import type { Seen, Want } from '../../src/core/resource.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { address } from '../../src/kinds/address.ts'
import { dhcp } from '../../src/kinds/dhcp.ts'
import { route } from '../../src/kinds/route.ts'
import { wifi } from '../../src/kinds/wifi.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

type Network = NonNullable<NonNullable<CloudConfig['rancher']>['network']>

const HOME = { home: { ssid: 'home', psk: 'correct horse' } }
const wanted = (network: Network) => desiredOf({ rancher: { network } }, ['eth0', 'wlan0', 'wlan1'])
const wants = (network: Network): readonly Want<'wifi'>[] => [...wifi.want(wanted(network))]

/** A radio in whose reach is what `scan` says; `key` is the one that its access point takes. */
function radio(scan = 'home', key = 'correct horse') {
  const life = { pid: 700, running: '', answers: true, tries: false, mode: 'kind' as 'kind' | 'broken' }
  const file = '/run/ros/wifi/wlan0.conf'
  const text = () => made.text(file) ?? ''
  const lets = () => life.running.includes(`ssid="${scan}"`) && life.running.includes(`psk="${key}"`)
  const said: Readonly<Record<string, () => string>> = {
    status: () => {
      if (lets()) return `ssid=${scan}\nfreq=2412\nwpa_state=COMPLETED\n`
      return life.tries ? `bssid=02\nssid=${scan}\nwpa_state=4WAY_HANDSHAKE\n` : 'wpa_state=SCANNING\n'
    },
    bssid_ignore: () => '02\n',
    list_networks: () =>
      `network id / ssid / bssid / flags\n0\t${scan}\tany\t${life.running.includes(`ssid="${scan}"`) && !lets() ? '[TEMP-DISABLED]' : ''}\n`,
    scan_results: () => `bssid / frequency / signal level / flags / ssid\n02\t2412\t-30\t[ESS]\t${scan}\n`,
    reconfigure: () => {
      life.running = text()
      return 'OK\n'
    },
    ping: () => 'PONG\n',
    terminate: () => {
      stop()
      return 'OK\n'
    }
  }
  const stop = () => {
    made.files.delete(`/proc/${life.pid}/cmdline`)
    made.files.delete('/run/ros/wifi/wlan0.pid')
  }
  const runs = () => made.files.has(`/proc/${life.pid}/cmdline`)
  const commands: string[] = []
  const made = machine({
    files: { '/proc/uptime': '100.00 50.00\n' },
    programs: {
      wpa_cli: (argv) => (life.answers && runs() ? (said[argv.at(-1) ?? '']?.() ?? 'FAIL\n') : 255),
      kill: () => {
        stop()
        return 0
      }
    },
    parts: {
      docker: {
        system: {
          exec: async (container, argv) => {
            commands.push([`${container}:`, ...argv].join(' '))
            if (runs()) return { code: 255, output: 'ctrl_iface exists and seems to be in use\n' }
            if (life.mode === 'broken') return { code: 255, output: 'one\ntwo\nthree\nInvalid key\n' }
            life.pid += 1
            life.running = text()
            made.put('/run/ros/wifi/wlan0.pid', `${life.pid}\n`)
            made.put(`/proc/${life.pid}/cmdline`, argv.join('\0'))
            made.put(`/proc/${life.pid}/stat`, `${life.pid} (wpa (x) y) S ${'0 '.repeat(18)}9000 0`)
            return { code: 0, output: '' }
          }
        }
      }
    }
  })
  return { ...made, life, commands, stop, file }
}

t.test('conforms', async (t) => {
  const { host, snapshot } = radio()
  const desired = wanted({ interfaces: { wlan0: { wifi_network: ['home'] } }, wifi_networks: HOME })
  await conform(t, { kind: wifi, host, desired, snapshot: () => withoutProcesses(snapshot()) })
})

/** A process that ended and began again has another number. */
function withoutProcesses(files: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !/^\/proc\/\d/.test(path)))
}

t.test('every link that names a network wants a supplicant of its own, and no secret is shown', async (t) => {
  const found = wants({
    interfaces: { 'wlan*': { wifi_network: ['home'] }, wlan1: { wifi_network: ['home'], up: false }, eth0: {} },
    wifi_networks: HOME
  })
  const [{ spec, ...rest } = { spec: null }, ...others] = found
  t.same(rest, {
    key: 'wifi/wlan0',
    needs: ['container/system/network', 'link/wlan0'],
    from: 'rancher.network.interfaces.wlan*.wifi_network'
  })
  t.same(others, [])
  t.match(spec?.config(), 'psk="correct horse"')
  t.match(JSON.stringify(found), '"networks":["home"]')
  t.notMatch(JSON.stringify(found), 'correct horse')
})

t.test('DHCP comes after the supplicant, or the network has an address', async (t) => {
  const leased = wanted({ interfaces: { wlan0: { wifi_network: ['home'] } }, wifi_networks: HOME })
  t.same(
    [...dhcp.want(leased)].map(({ key, needs, from }) => ({ key, needs, from })),
    [
      {
        key: 'dhcp/wlan0',
        needs: ['container/system/network', 'link/wlan0', 'wifi/wlan0'],
        from: 'rancher.network.interfaces.wlan0.wifi_network'
      }
    ]
  )
  const fixed = wanted({
    interfaces: { wlan0: { wifi_network: ['home'] } },
    wifi_networks: { home: { ssid: 'home', address: '10.0.0.5/24', gateway: '10.0.0.1' } }
  })
  t.same([...dhcp.want(fixed)], [])
  t.same(
    [...address.want(fixed)].map(({ key }) => key),
    ['address/wlan0:10.0.0.5/24', 'address/wlan0:only']
  )
  t.match([...route.want(fixed)], [{ spec: { to: 'default', via: '10.0.0.1', dev: 'wlan0' } }])
})

const SEEN: Seen<'wifi'> = {
  state: 'COMPLETED',
  network: 'home',
  bssid: null,
  frequency: 2412,
  keyManagement: null,
  pid: 7,
  config: () => '',
  open: false,
  refused: [],
  inReach: [],
  fresh: false
}

t.test('judge', async (t) => {
  const [want] = wants({ interfaces: { wlan0: { wifi_network: ['home'] } }, wifi_networks: HOME })
  if (want === undefined) throw new Error('no supplicant is wanted')
  const seen = { ...SEEN, config: want.spec.config }
  const cases: readonly (readonly [string, Want<'wifi'> | null, Seen<'wifi'> | null, string | null])[] = [
    ['as wanted', want, seen, null],
    ['still looking', want, { ...seen, state: 'SCANNING' }, null],
    ['never started', want, null, 'create: not started yet'],
    ['dead', want, { ...seen, pid: null }, 'create: wpa_supplicant ended'],
    ['its file removed', want, { ...seen, config: () => null }, 'update: its networks, or what is said of them'],
    ['its file changed', want, { ...seen, config: () => 'x' }, 'update: its networks, or what is said of them'],
    ['its file open', want, { ...seen, open: true }, 'update: others could read its configuration'],
    ['no longer wanted', null, seen, 'delete: no longer wanted'],
    ['gone', null, null, null]
  ]
  for (const [what, wanted, found, verdict] of cases) {
    const judgement = wifi.judge(wanted, found, null)
    t.equal(judgement === null ? null : `${judgement.verb}: ${judgement.why}`, verdict, what)
  }
})

t.test('why it has joined nothing is a complaint, once it is known', async (t) => {
  const networks = { ...HOME, cafe: { ssid: 'café' } }
  const [want] = wants({ interfaces: { wlan0: { wifi_network: ['home', 'cafe'] } }, wifi_networks: networks })
  if (want === undefined) throw new Error('no supplicant is wanted')
  const looking = { ...SEEN, state: 'SCANNING', network: null }
  const refused = "'café' does not let wlan0 in, as a rule because of a wrong key: correct its `psk`, or its `key_mgmt`"
  const cases: readonly (readonly [string, Seen<'wifi'>, complaint: string | null, ready: true | string])[] = [
    ['joined', SEEN, null, true],
    ['just started', { ...looking, fresh: true }, null, 'has joined no network: SCANNING'],
    ['in reach', { ...looking, inReach: ['caf\\xc3\\xa9'] }, null, 'has joined no network: SCANNING'],
    [
      'not in reach',
      { ...looking, inReach: ['other'] },
      "no network 'home' or 'café' is in reach of wlan0 (SCANNING)",
      'has joined no network: SCANNING'
    ],
    ['refused', { ...looking, refused: ['caf\\xc3\\xa9'] }, refused, 'has joined no network: SCANNING'],
    ['silent', { ...looking, state: '' }, 'wpa_supplicant of wlan0 does not answer', 'wpa_supplicant does not answer']
  ]
  for (const [what, seen, complaint, ready] of cases) {
    t.equal(wifi.complain?.(want, seen), complaint, what)
    t.equal(wifi.ready?.(want, seen), ready, `${what}, and what hangs on it`)
  }
})

const kinds = new Map([['wifi', wifi as unknown as KindDef] as const]) // only its own keys are asked

/** One look, and what is planned and done for it. */
async function pass({ host }: ReturnType<typeof radio>, psk: string | null): Promise<string> {
  const signal = AbortSignal.timeout(20_000)
  const networks = psk === null ? {} : { home: { ssid: 'home', psk } }
  const found = wants({ interfaces: { wlan0: { wifi_network: ['home'] } }, wifi_networks: networks })
  const wanted = new Map(found.map((want) => [want.key, { ...want, needs: [] }]))
  const seen = await wifi.observe(host, ['wifi/wlan0'], signal)
  const owned = new Map(
    [...seen].flatMap(([key, value]) => wifi.claims?.(key, value) ?? []).map((own) => [own.key, own])
  )
  const { actions } = plan(kinds, { wants: wanted, seen, owned })
  for (const action of actions) await wifi.act(host, action as never, signal) // planned from its wants alone
  const complaints = found.map((want) => {
    const complaint = wifi.complain?.(want, seen.get(want.key) ?? SEEN) ?? 'well'
    return typeof complaint === 'string' ? complaint : complaint.message
  })
  return actions.map(({ verb, why }) => `${verb}: ${why}`).join(', ') || complaints.join()
}

t.test('is started, told of another key, put back, and taken away', async (t) => {
  const one = radio()
  t.equal(await pass(one, 'wrong horse'), 'create: not started yet')
  t.equal(one.files.get(one.file)?.mode, 0o600)
  t.same(one.commands, [
    'network: /usr/sbin/wpa_supplicant -B -s -D nl80211 -i wlan0 -c /run/ros/wifi/wlan0.conf -P /run/ros/wifi/wlan0.pid'
  ])
  t.match(await pass(one, 'wrong horse'), "'home' does not let wlan0 in")
  one.life.tries = true
  t.match(await pass(one, 'wrong horse'), "'home' does not let wlan0 in", 'also while it tries again')
  t.equal(await pass(one, 'correct horse'), 'update: its networks, or what is said of them')
  t.equal(one.runs.at(-1), 'wpa_cli -p /run/wpa_supplicant -s /run/ros/wifi -i wlan0 reconfigure')
  t.equal(await pass(one, 'correct horse'), 'well')
  one.stop()
  t.equal(await pass(one, 'correct horse'), 'create: wpa_supplicant ended')
  one.put(one.file, 'update_config=1\n', { mode: 0o600 })
  t.equal(await pass(one, 'correct horse'), 'update: its networks, or what is said of them')
  t.equal(await pass(one, 'correct horse'), 'well')
  one.put('/run/ros/wifi/wpa_ctrl_2019-1', '')
  one.put('/run/ros/wifi/wpa_ctrl_2020-1', '')
  one.put('/proc/2020/cmdline', 'wpa_cli')
  t.equal(await pass(one, null), 'delete: no longer wanted')
  t.same(await one.host.files.list('/run/ros/wifi'), ['wpa_ctrl_2020-1'], 'but for what somebody asks just now')
  t.equal(one.commands.length, 2)
  t.notMatch([...one.runs, ...one.commands].join('\n'), 'horse')
})

t.test('one that does not answer is killed, one that can not start says why', async (t) => {
  const one = radio()
  await pass(one, 'correct horse')
  one.life.answers = false
  t.equal(await pass(one, 'correct horse'), 'wpa_supplicant of wlan0 does not answer')
  const before = one.life.pid
  t.equal(await pass(one, 'another horse'), 'update: its networks, or what is said of them')
  t.ok(one.runs.includes(`kill -KILL ${before}`))
  one.stop()
  one.life.mode = 'broken'
  await t.rejects(pass(one, 'correct horse'), {
    code: 'ROS_WIFI',
    message: 'wpa_supplicant for wlan0 in container network: exit code 255: two; three; Invalid key'
  })
})

t.test('one of which nobody knows is ended before another is started', async (t) => {
  const one = radio()
  await pass(one, 'correct horse')
  one.files.delete('/run/ros/wifi/wlan0.pid')
  t.equal(await pass(one, 'correct horse'), 'create: wpa_supplicant ended')
  t.equal(await pass(one, 'correct horse'), 'well')
})
