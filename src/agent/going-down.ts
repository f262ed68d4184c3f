// What stops before the machine itself does, as steps with deadlines: user containers and their engine, system services
// against their needs, System Docker. The order is pure (stop-order.ts); this is what each step does.
import type { Key, Want } from '../core/resource.ts'
import type { ContainerProcess, Host } from '../host/ports.ts'
import type { ShutdownStep } from '../init/shutdown.ts'
import { stopGroups } from './stop-order.ts'

const ENGINE_PID = '/run/system-docker.pid'
const POLL_MS = 50
/** Milliseconds beyond a container's own time before a step is passed over; a slow engine takes seconds by itself. */
const MARGIN = 10_000

/**
 * The steps for what the document has running now.
 *
 * User Docker stops before its containers: it runs with live-restore, so they go on, and each then gets its own stop signal
 * and time. Stopped through the engine they would count as stopped by hand, and `unless-stopped` ones would stay down after
 * the reboot (Docker manual, "Restart policies").
 */
export async function stopSteps(host: Host, wants: ReadonlyMap<Key, Want>): Promise<readonly ShutdownStep[]> {
  const users = await host.docker.user.processes().catch((): readonly ContainerProcess[] => [])
  const longest = Math.max(0, ...users.map((user) => user.seconds))
  const [docker, ...groups] = stopGroups(wants).map(
    ({ name, containers }): ShutdownStep => ({
      name: `stopped ${name}`,
      deadlineMs: Math.max(...containers.map(({ seconds }) => seconds)) * 1000 + MARGIN,
      act: async () => {
        await Promise.all(containers.map((one) => stopByName(host, one.name, one.seconds)))
      }
    })
  )
  const usersStep: ShutdownStep = {
    name: `stopped user containers (${users.length})`,
    deadlineMs: longest * 1000 + MARGIN,
    act: async (signal) => {
      await Promise.all(users.map((user) => endProcess(host, user, signal)))
    }
  }
  return [...(docker === undefined ? [] : [docker]), usersStep, ...groups, leftovers(host), engineStep(host)]
}

async function stopByName(host: Host, name: string, seconds: number): Promise<void> {
  const info = await host.docker.system.container(name)
  if (info !== null) await host.docker.system.stop(info.id, seconds)
}

/** Containers on System Docker that no document knows. */
function leftovers(host: Host): ShutdownStep {
  return {
    name: 'stopped other system containers',
    deadlineMs: 10_000,
    act: async () => {
      const all = await host.docker.system.containers(true)
      const running = all.filter((info) => info.state === 'running' || info.state === 'paused')
      await Promise.all(running.map((info) => host.docker.system.stop(info.id, 5)))
    }
  }
}

function engineStep(host: Host): ShutdownStep {
  return {
    name: 'stopped System Docker',
    deadlineMs: 15_000,
    act: async (signal) => {
      const pid = Number((await host.files.read(ENGINE_PID))?.trim() ?? '')
      if (!(pid > 1)) return
      send(pid, 'SIGTERM')
      while (await alive(host, pid)) await pause(signal)
    }
  }
}

async function endProcess(
  host: Host,
  { pid, stopSignal, seconds }: ContainerProcess,
  signal: AbortSignal
): Promise<void> {
  send(pid, signalOf(stopSignal))
  const until = performance.now() + seconds * 1000
  while (await alive(host, pid)) {
    if (performance.now() > until) send(pid, 'SIGKILL')
    await pause(signal)
  }
}

async function alive(host: Host, pid: number): Promise<boolean> {
  const stat = await host.files.read(`/proc/${pid}/stat`)
  return stat !== null && !/\) [ZX] /.test(stat)
}

function send(pid: number, signal: NodeJS.Signals | number): void {
  // 0 and what is below are groups of processes, ours among them.
  if (!(pid > 0)) return
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}

/** The engine takes names with and without SIG, and numbers. */
function signalOf(text: string): NodeJS.Signals | number {
  if (/^\d+$/.test(text)) return Number(text)
  return (text.startsWith('SIG') ? text : `SIG${text}`) as NodeJS.Signals // the engine has checked it
}

function pause(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve) => setTimeout(resolve, POLL_MS))
}
