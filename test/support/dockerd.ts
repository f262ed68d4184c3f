// The machine's own dockerd (Debian's docker.io) with everything of its own in a temporary folder: no network, no iptables.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { docker } from '../../src/host/linux/docker.ts'
import type { Docker } from '../../src/host/ports.ts'
import type { Scope } from '../../src/core/resource.ts'
import { until } from './loop.ts'

/** Why a real engine can not run here; null when it can. */
export function noDockerd(): string | null {
  if (process.getuid?.() !== 0) return 'a real dockerd needs root'
  return existsSync('/usr/sbin/dockerd') ? null : 'no dockerd on this machine (Debian package docker.io)'
}

export interface TestEngine {
  readonly docker: Docker
  readonly socket: string
  readonly dir: string
  /** Ends the daemon with `signal` and waits; containers go on only with live-restore. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Flags and environment given here are those of later starts, too. */
  start(more?: EngineOptions): Promise<void>
  /** Ends everything and removes the folder. */
  destroy(): Promise<void>
}

export interface EngineOptions {
  /** Beside those every engine of a test has; the last of a flag counts. */
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** True: it has a network namespace of its own, with bridges in it. */
  readonly ownNetwork?: boolean
}

/** `own`: flags beside its own, for a daemon whose things lie in `dir`; live-restore is among its own where there are none. */
export async function startEngine(
  scope: Scope = 'system',
  own: (dir: string) => readonly string[] = () => ['--live-restore'],
  first: EngineOptions = {}
): Promise<TestEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-dockerd-'))
  const socket = join(dir, 'docker.sock')
  const port = docker(scope, socket)
  let child: ReturnType<typeof spawn> | null = null
  let options = first

  const start = async (more = options) => {
    options = more
    const log = openSync(join(dir, 'dockerd.log'), 'a')
    const flags = `--host=unix://${socket} --data-root=${dir}/data --exec-root=${dir}/exec --pidfile=${dir}/pid
      --iptables=false --ip6tables=false --ip-masq=false --cgroup-parent=/rosd-test --userland-proxy=false`
    // A killed engine's children may not have been waited for yet; their numbers would stop the new one.
    for (const left of ['pid', 'exec/containerd/containerd.pid']) rmSync(join(dir, left), { force: true })
    const [before, bridge] = options.ownNetwork === true ? [['unshare', '--net'], []] : [[], ['--bridge=none']]
    const all = [...flags.split(/\s+/), ...bridge, ...own(dir), ...(options.flags ?? [])]
    const [program = '', ...argv] = [...before, '/usr/sbin/dockerd', ...all]
    const env = { ...process.env, ...options.env }
    child = spawn(program, argv, { stdio: ['ignore', log, log], detached: true, env })
    const exited = new Promise<string>((resolve) =>
      child?.on('exit', (code) => resolve(`dockerd ended with ${code}: ${tail()}`))
    )
    let ended: string | null = null
    void exited.then((line) => {
      ended = line
    })
    await until(async () => {
      if (ended !== null) throw new Error(ended)
      return (await port.ping()) !== null
    }, 60_000)
  }
  const tail = () => readFileSync(join(dir, 'dockerd.log'), 'utf8').trim().split('\n').slice(-3).join('\n')
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const running = child
    if (running === null || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise((resolve) => running.on('exit', resolve))
    running.kill(signal)
    await gone
  }

  await start()
  return {
    docker: port,
    socket,
    dir,
    stop,
    start,
    async destroy() {
      if ((await port.ping()) === null) await start()
      for (const { id } of await port.containers(true)) await port.remove(id)
      await stop()
      // The engine keeps its data folder as a mount of its own.
      spawnSync('umount', ['-l', join(dir, 'data')])
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}
