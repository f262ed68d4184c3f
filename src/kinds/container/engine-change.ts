// User Docker by another engine. It can not take over what runs under the shims of the one before: the user's containers end in
// between, and start again by their own restart policy (decision 0032).
import type { ContainerSpec } from '../../core/container.ts'
import type { ContainerInfo, ContainerProcess, Docker, Host } from '../../host/ports.ts'
import { pause } from './gate.ts'

/** Milliseconds a new engine has to answer in; an action ends at 180 s, and going back takes its time as well. */
const ANSWER_LIMIT = 90_000
const STEP = 200
/** Seconds a container has at most to end by itself, whatever it was made with. */
const LONGEST_STOP = 60
/** Where the engine's own processes are (rootfs/usr/lib/rosd/services/docker), by version of the cgroups. */
const GROUP = 'user-docker-engine'
const CGROUPS = '/sys/fs/cgroup'

/** What an engine has that the next one must know as well. */
export interface Holdings {
  readonly containers: readonly string[]
  readonly images: readonly string[]
}

export function carriesEngine({ scope, name }: Pick<ContainerSpec, 'scope' | 'name'>): boolean {
  return scope === 'system' && name === 'docker'
}

/** Whether it is another engine, and not the same with other flags. */
export function changesEngine(spec: ContainerSpec, { image }: Pick<ContainerInfo, 'image'>): boolean {
  return carriesEngine(spec) && image !== spec.image
}

/** null: it does not answer. Containers that go when they end (`--rm`) are not among them. */
export async function holdings(docker: Docker): Promise<Holdings | null> {
  if ((await docker.ping()) === null) return null
  const [containers, images] = await Promise.all([docker.containers(true), docker.images()])
  const stay = await Promise.all(
    containers.map(async ({ id }) => ((await docker.definition(id))?.host.AutoRemove === true ? [] : [id]))
  )
  return { containers: stay.flat(), images: [...new Set(images.values())] }
}

/**
 * Ends an engine by `end`, then what it left running. In this order, for what is stopped through its engine counts as stopped by
 * hand and would stay down (decision 0005). One that does not answer leaves containers that nobody can name; they go with its shims.
 */
export async function standDown(host: Host, end: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const { user } = host.docker
  const answers = (await user.ping()) !== null
  if (answers) {
    const paused = (await user.containers(true)).filter(({ state }) => state === 'paused')
    await Promise.all(paused.map(({ id }) => user.unpause(id)))
  }
  const running = answers ? await user.processes() : []
  await end()
  await Promise.all(running.map((one) => endProcess(host, one, signal)))
  for (const group of await groups(host))
    for (const pid of ((await host.files.read(`${group}/cgroup.procs`)) ?? '').split('\n'))
      if (pid !== '') await kill(host, 'KILL', pid)
}

/** null: the engine in a container that was just started answers, and knows what the one before had. Else what is wrong with it. */
export async function engineVerdict(
  host: Host,
  id: string,
  before: Holdings | null,
  signal: AbortSignal
): Promise<string | null> {
  const { system, user } = host.docker
  const began = performance.now()
  for (;;) {
    const info = await system.stateOf(id)
    if (info === null) return 'is gone'
    if (info.state !== 'running') return `ended with code ${info.exitCode}`
    const now = await holdings(user)
    if (now !== null) return before === null ? null : lost(before, now)
    if (performance.now() - began >= ANSWER_LIMIT) return `does not answer within ${ANSWER_LIMIT / 1000} s`
    await pause(STEP, signal)
  }
}

function lost(before: Holdings, now: Holdings): string | null {
  const gone = (['containers', 'images'] as const).flatMap((what) => {
    const known = new Set(now[what])
    const missing = before[what].filter((id) => !known.has(id))
    return missing.length === 0 ? [] : [`${missing.length} of ${before[what].length} ${what}`]
  })
  return gone.length === 0 ? null : `can not read what the old one left: it does not know ${gone.join(' and ')}`
}

async function endProcess(
  host: Host,
  { pid, stopSignal, seconds }: ContainerProcess,
  signal: AbortSignal
): Promise<void> {
  // 0 and what is below are groups of processes, ours among them.
  if (!(pid > 0)) return
  const until = performance.now() + Math.min(seconds, LONGEST_STOP) * 1000
  await kill(host, stopSignal.replace(/^SIG/, ''), String(pid))
  while (await alive(host, pid)) {
    if (performance.now() > until) await kill(host, 'KILL', String(pid))
    await pause(STEP, signal)
  }
}

async function kill(host: Host, by: string, pid: string): Promise<void> {
  await host.runner.run(['kill', `-${by}`, pid], { check: false })
}

async function alive(host: Host, pid: number): Promise<boolean> {
  const stat = await host.files.read(`/proc/${pid}/stat`)
  return stat !== null && !/\) [ZX] /.test(stat)
}

async function groups(host: Host): Promise<readonly string[]> {
  if ((await host.files.stat(`${CGROUPS}/cgroup.controllers`)) !== null) return [`${CGROUPS}/${GROUP}`]
  return (await host.files.list(CGROUPS)).map((hierarchy) => `${CGROUPS}/${hierarchy}/${GROUP}`)
}
