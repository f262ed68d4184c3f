// A machine made of this process's own namespaces: memory over every folder the agent writes to, a network card, and images to load.
// Agents are started on it as processes of their own; what they leave is read as lines of text.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { hostname } from 'node:os'
import { docker } from '../../src/host/linux/docker.ts'
import { writeBundle } from '../../src/image/bundle.ts'
import { top } from '../../src/image/paths.ts'
import { until } from '../support/loop.ts'
import { writeTestImage } from '../support/test-image.ts'
import type { Ended, Orders } from './agent.ts'
import { IMAGES, SOCKET } from './real-documents.ts'

const BUNDLE = '/run/rosd'
const LOG = '/var/log/bootcmd.log'

export const engine = docker('system', SOCKET)

export const sh = (script: string): string =>
  execFileSync('sh', ['-c', `set -e\n${script}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Has to run in namespaces of its own: mounts over this machine's folders. */
export async function prepare(): Promise<void> {
  sh(`
    for d in /etc /home /mnt /opt /run /srv /var/log /var/lib; do mkdir -p "$d"; mount -t tmpfs test "$d"; done
    ln -s /proc/self/mounts /etc/mtab
    printf 'root:x:0:0::/root:/bin/sh\\nrancher:x:1100:1100::/home/rancher:/bin/sh\\n' > /etc/passwd
    printf 'root:x:0:\\nrancher:x:1100:\\n' > /etc/group
    printf '127.0.0.1 localhost\\n' > /etc/hosts; echo image > /etc/hostname; hostname image
    echo 'nameserver 192.0.2.1' > /etc/resolv.conf; echo hand-made > /etc/motd; chmod 600 /etc/motd
    mkdir -p /run/ros /mnt/a /mnt/b /srv/data /var/lib/rancher/preload/system-docker; echo here > /srv/data/f
    for user in rancher:1100 docker:1101; do
      install -d -o \${user#*:} -g \${user#*:} /home/\${user%:*}
      install -d -m 700 -o \${user#*:} -g \${user#*:} /home/\${user%:*}/.ssh
    done
    echo 0 > /proc/sys/net/ipv4/ip_forward
    ip link add eth0 type veth peer name other; ip link set lo up; ip link set other up; ip link set eth0 up
  `)
  for (const ref of IMAGES) {
    const path = `/var/lib/rancher/preload/system-docker/${ref.replaceAll(/\W/g, '-')}.tar`
    writeTestImage(path, ref, ref)
  }
  // An agent in one file starts in a third of the time.
  const agent = `${import.meta.dirname}/agent.ts`
  await writeBundle(top, { agent, ros: agent }, BUNDLE)
}

/** One life of an agent; null: it was killed. */
export function live(orders: Orders): Promise<Ended | null> {
  const env = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: `${BUNDLE}/cache` }
  const child = spawn(process.execPath, [`${BUNDLE}/agent.cjs`, JSON.stringify(orders)], {
    env,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let [said, complained] = ['', '']
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (complained += bytes.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(null)
      else if (code === 0)
        resolve(JSON.parse(said) as Ended) // agent.ts writes it
      else reject(new Error(`the agent ended with ${code ?? signal}: ${complained}`))
    })
  })
}

/** A boot is over: commands run again, images are loaded again. The engine and what else stands stay. */
export async function forgetBoot(): Promise<void> {
  for (const path of ['/run/ros/boot.json', '/run/ros/commands', LOG]) rmSync(path, { recursive: true, force: true })
  for (const ref of (await engine.images()).keys()) await removeImage(ref)
}

/** Everything of the machine that has to be the same, however often an agent was killed on the way. */
export async function snapshot(): Promise<readonly string[]> {
  const names = readdirSync('/run/ros').filter((name) => name.endsWith('.tmp'))
  const mounts = read('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => / \/mnt\/[ab] /.test(line))
  const containers = await engine.containers(true)
  const running = containers.filter(({ state }) => state === 'running').length
  // Those of a container that was removed take a moment to be gone; what stays for longer is told.
  await until(() => processes().length === 2 + 2 * running, 5_000).catch(() => undefined)
  return [
    ...['/etc', '/home', '/mnt', '/opt', '/srv', '/run/ros/sysctl', '/run/ros/mounts'].flatMap(entries),
    ...names.map((name) => `draft ${name}`),
    // Their first three fields are numbers that are given anew.
    ...mounts.map((line) => `mount ${line.split(' ').slice(3).join(' ')}`),
    ...network(),
    ...containers.map(({ name, image, state }) => `container ${name} ${image} ${state}`),
    ...owned(),
    `hostname ${hostname()}`,
    `ports ${read('/proc/sys/net/ipv4/ip_local_port_range').trim()}`,
    `journal ${read('/run/ros/journal.json') || '[]'}`,
    `commands that ran twice: ${repeated(read(LOG).split('\n')).join(', ')}`,
    `processes ${processes().join(' ')}`
  ].sort()
}

/** A folder with all that is in it; notes about mounts hold numbers that are given anew. */
function entries(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)
  // What the engine keeps for itself.
  const ours = paths.filter((path) => !/^\/(etc\/docker|opt\/containerd|etc\/mtab)/.test(path))
  return ours.map((path) => {
    const { mode, uid, gid } = lstatSync(path)
    const text = lstatSync(path).isFile() && !path.startsWith('/run/ros/mounts/') ? read(path) : ''
    return `${path} ${mode.toString(8)} ${uid}:${gid} ${text}`
  })
}

function repeated(lines: readonly string[]): readonly string[] {
  return lines.filter((line, index) => line !== '' && lines.indexOf(line) !== index)
}

function network(): readonly string[] {
  const lines = (...argv: readonly [string, ...string[]]) =>
    execFileSync(argv[0], argv.slice(1), { encoding: 'utf8' }).split('\n')
  const links = JSON.parse(lines('ip', '-json', '-details', 'link').join('')) as readonly Link[]
  const tables = lines('nft', 'list', 'tables').filter((line) => line.endsWith(' rosd'))
  return [
    ...links.map((link) => `link ${JSON.stringify(shown(link))}`),
    ...lines('ip', '-4', '-o', 'address').map((line) => `address ${line.replace(/^\d+: /, '')}`),
    ...lines('ip', '-4', 'route', 'show', 'table', 'all').map((line) => `route ${line.trim()}`),
    ...lines('ip', 'rule').map((line) => `rule ${line}`),
    ...tables
      .flatMap((table) => lines('nft', '-s', 'list', ...table.split(' ')))
      .map((line) => `firewall ${line.trim()}`),
    `offload ${lines('ethtool', '-k', 'eth0').find((line) => line.startsWith('generic-receive-offload')) ?? ''}`
  ]
}

/** As `ip -json -details link` tells it. */
interface Link {
  readonly ifname: string
  readonly mtu: number
  readonly flags: readonly string[]
  readonly master?: string
  readonly ifalias?: string
  readonly linkinfo?: { readonly info_kind: string; readonly info_data?: Readonly<Record<string, unknown>> }
}

/** Without numbers, addresses and timers that are new each time. */
function shown({ ifname, mtu, flags, master, ifalias, linkinfo }: Link): unknown {
  const { stp_state: stp, id, remote } = linkinfo?.info_data ?? {}
  return { ifname, mtu, up: flags.includes('UP'), master, ifalias, kind: linkinfo?.info_kind, stp, id, remote }
}

/** The engine's two, and two of each container; what only starts others is gone in a moment. */
function processes(): readonly string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  const names = pids.flatMap((pid) => /^\d+ \((.*)\) [^ZX] /.exec(read(`/proc/${pid}/stat`))?.[1] ?? [])
  return names.filter((name) => /^(dockerd|containerd|sleep)/.test(name)).sort()
}

function owned(): readonly string[] {
  const text = read('/run/ros/owned.json') + read('/var/lib/rancher/state/owned.json')
  return [...text.matchAll(/"key":"([^"]+)"/g)].map(([, key]) => `owned ${key}`)
}

/** '' for what is not there, or went while we looked. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function removeImage(ref: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const path = `/images/${encodeURIComponent(ref)}`
    request({ socketPath: SOCKET, method: 'DELETE', path }, (answer) => {
      answer.resume()
      if (answer.statusCode === 200) answer.on('end', resolve)
      else reject(new Error(`${ref} could not be removed: ${answer.statusCode}`))
    })
      .on('error', reject)
      .end()
  })
}

/** The engine dies, its containers run on. */
export function killEngine(): void {
  sh(`
    pid=$(cat /run/system-docker.pid); kill -KILL $pid
    while grep -qs dockerd /proc/$pid/cmdline; do :; done
  `)
}
