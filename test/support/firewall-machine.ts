// The firewall on a real kernel: a router between a client and a server, with a container on a bridge of Docker's name, each a
// network namespace, joined by veth. Packets are sent by busybox.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Test } from 'tap'
import type { KindDef } from '../../src/core/kind.ts'
import { plan, type Registry, showPlan } from '../../src/core/plan.ts'
import type { Key, Owned, Seen, Want } from '../../src/core/resource.ts'
import type { Firewall } from '../../src/document/types.gen.ts'
import { run } from '../../src/host/linux/spawn.ts'
import type { Host, RunResult } from '../../src/host/ports.ts'
import { firewall } from '../../src/kinds/firewall.ts'
import { desiredOf } from './desired.ts'
import { machine } from './fake-host.ts'
import { until } from './loop.ts'

/** Why the firewall can not be tried here; null: it can. */
export async function whyNoFirewall(): Promise<string | null> {
  const script = 'nft add table inet rosd && busybox true'
  const { code, stderr } = await run(['unshare', '--net', 'sh', '-c', script], { check: false })
  return code === 0 ? null : `nftables can not be used in a network namespace here: ${stderr.trim()}`
}

export const NAMES = ['client', 'router', 'server', 'container'] as const
export type Name = (typeof NAMES)[number]

export interface FirewallMachine {
  /** The router, as the agent sees it. */
  readonly host: Host
  /** What the router's agent keeps of the table. */
  readonly note: string
  readonly files: Map<string, unknown>
  /** Looks, plans and acts once; the plan as text. */
  pass(firewall: Firewall | undefined): Promise<string>
  /** Commands of `nft` that changed something since it was last asked. */
  transactions(): number
  inside(name: Name, line: string): Promise<RunResult>
  /** What a web server says; empty: nobody answers within 400 ms, or somebody refuses. */
  fetch(from: Name, url: string): Promise<string>
  /** True when a ping is answered within a second. */
  ping(from: Name, address: string): Promise<boolean>
  /** The whole ruleset of the router but the table of the agent. */
  others(): Promise<string>
  stop(): void
}

const NOTE = '/run/ros/firewall.json'
/** Both families everywhere; addresses count at once, without a test for duplicates. */
const CABLES = [
  ['client', 'lan0', '10.0.1', 'fd00:1'],
  ['server', 'wan0', '10.0.2', 'fd00:2']
] as const
const registry: Registry = new Map([[firewall.kind, firewall as unknown as KindDef]]) // only ever given its own keys

export async function firewallMachine(served: string): Promise<FirewallMachine> {
  const children: ChildProcess[] = []
  const own = (await run(['readlink', '/proc/self/ns/net'])).stdout
  const entered = new Map<Name, readonly string[]>()
  for (const name of NAMES) {
    const holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' })
    children.push(holder)
    await until(async () => (await run(['readlink', `/proc/${holder.pid}/ns/net`], { check: false })).stdout !== own)
    entered.set(name, ['nsenter', `--net=/proc/${holder.pid}/ns/net`])
  }
  const enter = (name: Name) => entered.get(name) ?? []
  const netOf = (name: Name) => `/proc/${children[NAMES.indexOf(name)]?.pid}/ns/net`
  const inside = (name: Name, line: string) => run([...enter(name), 'sh', '-c', line], { check: false })
  const must = async (name: Name, ...lines: readonly string[]) => {
    await run([...enter(name), 'sh', '-ec', lines.join('\n')])
  }
  const pidOf = (name: Name) => netOf(name).split('/')[2] ?? ''

  await must('router', 'ip link set lo up', 'ip link add docker0 type bridge', 'ip link set docker0 up')
  await must('router', 'sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1')
  await must('router', 'ip address add 172.17.0.1/16 dev docker0')
  for (const [name, dev, four, six] of CABLES) {
    await must('router', `ip link add ${dev} type veth peer name eth0 netns ${pidOf(name)}`, `ip link set ${dev} up`)
    await must('router', `ip address add ${four}.1/24 dev ${dev}`, `ip address add ${six}::1/64 dev ${dev} nodad`)
    await must(name, 'ip link set lo up', 'ip link set eth0 up', `ip address add ${four}.2/24 dev eth0`)
    await must(name, `ip address add ${six}::2/64 dev eth0 nodad`, `ip route add default via ${four}.1`)
    await must(name, `ip route add default via ${six}::1`)
  }
  await must(
    'router',
    `ip link add veth1 type veth peer name eth0 netns ${pidOf('container')}`,
    'ip link set veth1 master docker0 up'
  )
  await must('container', 'ip link set lo up', 'ip link set eth0 up', 'ip address add 172.17.0.2/16 dev eth0')
  await must('container', 'ip route add default via 172.17.0.1')
  for (const name of NAMES) {
    await must(name, `mkdir -p ${served}/${name}`, `echo ${name} > ${served}/${name}/index.html`)
    const argv = [...enter(name), 'busybox', 'httpd', '-f', '-p', '80', '-h', `${served}/${name}`]
    const [program = '', ...args] = argv
    children.push(spawn(program, args, { stdio: 'ignore' }))
    await until(async () => (await inside(name, 'busybox wget -q -O - http://127.0.0.1/')).stdout === `${name}\n`)
  }

  let changed = 0
  const router = machine({
    parts: {
      runner: {
        run(argv, options) {
          if (argv.includes('-f') && !argv.includes('-c')) changed += 1
          return run([...enter('router'), ...argv], options)
        }
      }
    }
  })
  let owned = new Map<Key, Owned>()

  return {
    host: router.host,
    note: NOTE,
    files: router.files,
    async pass(given) {
      const data = given === undefined ? {} : { rancher: { network: { firewall: given } } }
      const wants = new Map<Key, Want>([...firewall.want(desiredOf(data))].map((want) => [want.key, want]))
      const keys = [...new Set([...wants.keys(), ...owned.keys()])] as Key<'firewall'>[] // there are no others
      const signal = AbortSignal.timeout(10_000)
      const seen: ReadonlyMap<Key, Seen> = await firewall.observe(router.host, keys, signal)
      const { actions } = plan(registry, { wants, seen, owned })
      for (const action of actions)
        await firewall.act(router.host, action as unknown as Parameters<typeof firewall.act>[1], signal) // its own
      owned = new Map([...wants].map(([key, { spec, needs }]) => [key, { key, spec, needs, before: null }]))
      return showPlan(actions).replaceAll(/ +\(.*\)$/gm, '')
    },
    transactions() {
      const count = changed
      changed = 0
      return count
    },
    inside,
    fetch: async (from, url) => (await inside(from, `timeout 0.4 busybox wget -q -O - http://${url}/`)).stdout.trim(),
    ping: async (from, address) =>
      (await inside(from, `busybox ping -q -c 2 -i 0.1 -W 1 ${address}`)).stdout.match(/ [12] packets received/) !==
      null,
    async others() {
      const { stdout } = await inside('router', 'nft -s -a list ruleset')
      return stdout.replace(/^table inet rosd \{.*?^\}\n/ms, '')
    },
    stop() {
      for (const child of children) child.kill('SIGKILL')
    }
  }
}

/** The one machine of all tests of a file, for one of them: none leaves anything behind. */
export function shared(t: Test, made: FirewallMachine | null): FirewallMachine {
  if (made === null) throw new Error('skipped')
  t.teardown(() => made.pass(undefined))
  return made
}
