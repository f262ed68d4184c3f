// The two Docker engines. System Docker is a child of the agent: started, restarted, given new flags. User Docker is a
// system container; here it is only looked at, so that what needs it can wait for it with a reason.
import { map, merge } from 'rxjs'
import { engineFlags } from '../core/engine-flags.ts'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Scope, Seen } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

const PROGRAM = 'dockerd'
const PID_FILE = '/run/system-docker.pid'
/**
 * What a killed engine leaves behind. While the dead process has not been waited for yet, a new one takes the file's number
 * for a living engine, or containerd, and does not come up.
 */
const STALE = [PID_FILE, '/run/system-docker/containerd/containerd.pid']
const LOG_FILE = '/var/log/system-docker.log'
/** Milliseconds for an engine to answer; emulated machines need 20 s. */
const START_LIMIT = 120_000
const STOP_LIMIT = 30_000
/** Milliseconds of silence after which a living daemon is given up; a busy machine may well take 20 s to answer. */
const HUNG = 60_000

export const engine: KindDef<'engine'> = {
  kind: 'engine',
  resync: 30_000,
  deadline: START_LIMIT + STOP_LIMIT + 5_000,

  *want({ data, from }) {
    const system = data.rancher?.system_docker ?? {}
    yield {
      key: 'engine/system',
      spec: {
        scope: 'system',
        argv: [PROGRAM, ...engineFlags('system', system)],
        environment: system.environment ?? []
      },
      needs: overlay(data.rancher?.modules),
      from: from(['rancher', 'system_docker'])
    }
    if (data.rancher?.services?.docker === undefined) return
    const user = data.rancher.docker ?? {}
    yield {
      key: 'engine/user',
      spec: { scope: 'user', argv: [], environment: user.environment ?? [] },
      needs: ['container/system/docker'],
      from: from(['rancher', 'docker'])
    }
  },

  judge(want, seen) {
    if (want === null || want.spec.scope === 'user') return null
    if (seen === null) return { verb: 'create', why: 'not running' }
    if (seen.hung) return { verb: 'replace', why: `it runs but has not answered for ${HUNG / 1000} s` }
    if (seen.version === '') return null
    const same = seen.argv === null || JSON.stringify(seen.argv) === JSON.stringify(want.spec.argv)
    return same ? null : { verb: 'update', why: `flags ${difference(seen.argv ?? [], want.spec.argv)}` }
  },

  ready: (_want, seen) => (seen === null || seen.version === '' ? 'it does not answer yet' : true),

  // An engine that stops, starts or is lost closes or opens its event stream.
  watch: (host) =>
    merge(...(['system', 'user'] as const).map((scope) => host.docker[scope].events())).pipe(map(() => undefined)),

  async observe(host, keys) {
    const seen = new Map<Key<'engine'>, Seen<'engine'>>()
    for (const key of keys) {
      const scope: Scope = key === 'engine/user' ? 'user' : 'system'
      const version = await host.docker[scope].ping()
      const pid = scope === 'system' ? await runningPid(host) : null
      if (version === null && pid === null) continue
      seen.set(key, {
        pid,
        argv: pid === null ? null : await commandLine(host, pid),
        version: version ?? '',
        hung: pid !== null && host.docker[scope].silentFor() > HUNG
      })
    }
    return seen
  },

  async act(host, action, signal) {
    if (action.to === null || action.to.scope === 'user') return
    const pid = action.from?.pid ?? null
    if (pid !== null) await stop(host, pid, action.verb === 'replace', signal)
    const environment = Object.fromEntries(
      action.to.environment.map((entry) => [entry.split('=')[0] ?? '', entry.split('=').slice(1).join('=')])
    )
    await host.files.makeDirectory('/var/lib/system-docker')
    for (const stale of STALE) await clear(host, stale)
    const daemon = host.runner.startDaemon(action.to.argv, { logFile: LOG_FILE, env: environment })
    let exit: number | null = null
    void daemon.exited.then((code) => {
      exit = code
    })
    const until = performance.now() + START_LIMIT
    while ((await host.docker.system.ping()) === null) {
      if (exit !== null)
        throw new RosError(
          'ROS_ENGINE_START',
          `System Docker ended with code ${String(exit)}: ${await lastLine(host)}; see ${LOG_FILE}`
        )
      if (performance.now() > until)
        throw new RosError(
          'ROS_ENGINE_START',
          `System Docker does not answer: ${await lastLine(host)}; see ${LOG_FILE}`
        )
      await pause(100, signal)
    }
  }
}

/** The storage driver's module, where the document asks for it; elsewhere the kernel is trusted to have it. */
function overlay(modules: readonly string[] | undefined): readonly Key[] {
  return (modules ?? []).some((entry) => entry.split(' ')[0] === 'overlay') ? ['module/overlay'] : []
}

/** With live-restore its containers run on. A daemon that does not answer may not hear SIGTERM either. */
async function stop(host: Host, pid: number, hung: boolean, signal: AbortSignal): Promise<void> {
  const until = performance.now() + (hung ? 3_000 : STOP_LIMIT)
  await host.runner.run(['kill', '-TERM', String(pid)], { check: false })
  while ((await commandLine(host, pid)) !== null) {
    if (performance.now() > until) await host.runner.run(['kill', '-KILL', String(pid)], { check: false })
    await pause(50, signal)
  }
}

/** Removes a pid file whose process is dead, waited for or not. */
async function clear(host: Host, pidFile: string): Promise<void> {
  const pid = (await host.files.read(pidFile))?.trim() ?? ''
  if (pid === '') return
  const stat = await host.files.read(`/proc/${pid}/stat`)
  if (stat === null || /\) [ZX] /.test(stat)) await host.files.remove(pidFile)
}

async function runningPid(host: Host): Promise<number | null> {
  const pid = Number((await host.files.read(PID_FILE))?.trim() ?? '')
  return Number.isInteger(pid) && pid > 0 && (await commandLine(host, pid)) !== null ? pid : null
}

/** The words a process was started with; null when there is none, or when the number now belongs to something else. */
async function commandLine(host: Host, pid: number): Promise<readonly string[] | null> {
  const text = await host.files.read(`/proc/${pid}/cmdline`)
  if (text === null || text === '') return null
  const argv = text.replace(/\0$/, '').split('\0')
  return argv[0]?.endsWith(PROGRAM) === true ? [PROGRAM, ...argv.slice(1)] : null
}

async function lastLine(host: Host): Promise<string> {
  const text = (await host.files.read(LOG_FILE)) ?? ''
  const lines = text.trim().split('\n')
  return (lines.findLast((line) => /level=(error|fatal)|failed/.test(line)) ?? lines.at(-1) ?? '').slice(-400)
}

function difference(seen: readonly string[], wanted: readonly string[]): string {
  const gone = seen.filter((word) => !wanted.includes(word)).map((word) => `-${word}`)
  const come = wanted.filter((word) => !seen.includes(word)).map((word) => `+${word}`)
  return [...gone, ...come].join(' ')
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve) => setTimeout(resolve, ms))
}
