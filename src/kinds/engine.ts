// The two Docker engines. System Docker is a child of the agent: started, restarted, given new flags. User Docker is a
// system container; here it is looked at, so that what needs it can wait for it with a reason, and started again when it hangs.
import { map, merge } from 'rxjs'
import { engineFlags } from '../core/engine-flags.ts'
import { engineSettings } from '../core/engine-settings.ts'
import { changeOf } from '../core/effect.ts'
import { RosError } from '../core/errors.ts'
import { proxiesOf } from '../core/proxies.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Scope, Seen } from '../core/resource.ts'
import { standOn } from '../core/standing.ts'
import { daemonOf, PID_FILE, PROGRAM, systemDaemon } from '../core/system-daemon.ts'
import type { CloudConfig } from '../document/types.gen.ts'
import type { Host } from '../host/ports.ts'

/**
 * What a killed engine leaves behind. While the dead process has not been waited for yet, a new one takes the file's number
 * for a living engine, or containerd, and does not come up.
 */
const STALE = [PID_FILE, '/run/system-docker/containerd/containerd.pid']
const LOG_FILE = '/var/log/system-docker.log'
/** Milliseconds for an engine to answer; emulated machines need 20 s. */
const START_LIMIT = 120_000
const STOP_LIMIT = 30_000
/**
 * Milliseconds of silence after which a living daemon is given up; a busy machine may well take 20 s to answer. User Docker
 * is silent from the start of the machine on, and may need minutes for its own.
 */
const HUNG = { system: 60_000, user: 300_000 } as const
/** The container User Docker runs in. */
const USER_DOCKER = 'docker'

export const engine: KindDef<'engine'> = {
  kind: 'engine',
  resync: 30_000,
  deadline: START_LIMIT + STOP_LIMIT + 5_000,

  *want({ data, facts, from }) {
    const stands = standOn(data, facts.standing)
    const system = stands.rancher?.system_docker ?? {}
    yield {
      key: 'engine/system',
      spec: {
        scope: 'system',
        argv: [PROGRAM, ...engineFlags('system', stands)],
        // What the engine's own environment says counts more, in whichever spelling.
        environment: assignments([...proxies(data, system.environment ?? []), ...(system.environment ?? [])]),
        log: data.rancher?.defaults?.system_docker_logs || LOG_FILE
      },
      needs: [...overlay(data.rancher?.modules), ...fileOf(data)],
      from: from(['rancher', 'system_docker'])
    }
    if (data.rancher?.services?.docker === undefined) return
    const user = data.rancher.docker ?? {}
    yield {
      key: 'engine/user',
      spec: { scope: 'user', argv: [], environment: assignments(user.environment ?? []), log: '' },
      needs: ['container/system/docker'],
      from: from(['rancher', 'docker'])
    }
  },

  judge(want, seen, owned) {
    if (want === null) return null
    const { scope } = want.spec
    if (seen?.hung === true) return { verb: 'replace', why: `it runs but has not answered for ${HUNG[scope] / 1000} s` }
    if (scope === 'user') return null
    if (seen === null) return { verb: 'create', why: 'not running' }
    if (seen.version === '') return null
    if (seen.argv !== null && JSON.stringify(seen.argv) !== JSON.stringify(want.spec.argv))
      return { verb: 'update', why: `flags ${difference(seen.argv, want.spec.argv)}` }
    const given = [...(owned?.spec.environment ?? []), ...(owned?.next?.environment ?? [])]
    const names = changedNames(seen.environment ?? [], want.spec.environment, given)
    return names.length === 0 || seen.environment === null
      ? null
      : { verb: 'update', why: `environment: ${names.join(', ')}` }
  },

  ready: (_want, seen) => (seen === null || seen.version === '' ? 'it does not answer yet' : true),

  disturbs: ({ key, from }) => {
    if (key === 'engine/user') return { is: 'restart', what: 'User Docker starts again; its containers run on' }
    return from?.pid == null
      ? { is: 'nothing', what: '' }
      : { is: 'restart', what: 'System Docker starts again; its containers run on' }
  },

  // Proxies in the environment may carry passwords.
  fields: ({ from, to, owned }) => [
    ...changeOf('flags', from?.argv?.slice(1).join(' '), to?.argv.slice(1).join(' ')),
    ...changeOf(
      'environment',
      undefined,
      to === null
        ? undefined
        : changedNames(from?.environment ?? [], to.environment, owned?.spec.environment ?? []).join(', ')
    )
  ],

  show: ({ environment: _environment, ...seen }) => seen,

  // An engine that stops, starts or is lost closes or opens its event stream.
  watch: (host) =>
    merge(...(['system', 'user'] as const).map((scope) => host.docker[scope].events())).pipe(map(() => undefined)),

  async observe(host, keys) {
    const seen = new Map<Key<'engine'>, Seen<'engine'>>()
    const lookAt = async (key: Key<'engine'>) => {
      const scope: Scope = key === 'engine/user' ? 'user' : 'system'
      const [version, daemon] = await Promise.all([
        host.docker[scope].ping(),
        scope === 'system' ? systemDaemon(host) : null
      ])
      const pid = daemon?.pid ?? null
      const silent = host.docker[scope].silentFor() > HUNG[scope]
      const hung = silent && (pid !== null || (scope === 'user' && (await runs(host))))
      if (version === null && pid === null && !hung) return
      seen.set(key, {
        pid,
        argv: daemon?.argv ?? null,
        environment: daemon?.environment ?? null,
        version: version ?? '',
        hung
      })
    }
    await Promise.all(keys.map(lookAt))
    return seen
  },

  async act(host, action, signal) {
    if (action.to === null) return
    if (action.to.scope === 'user') {
      await restartUser(host, signal)
      return
    }
    const pid = action.from?.pid ?? null
    if (pid !== null) await stop(host, pid, action.verb === 'replace', signal)
    const environment = Object.fromEntries(
      action.to.environment.map((entry) => [entry.split('=')[0] ?? '', entry.split('=').slice(1).join('=')])
    )
    await host.files.makeDirectory('/var/lib/system-docker')
    for (const stale of STALE) await clear(host, stale)
    const { log } = action.to
    await host.files.makeDirectory(log.slice(0, log.lastIndexOf('/')))
    const daemon = host.runner.startDaemon(action.to.argv, { logFile: log, env: environment })
    let exit: number | null = null
    void daemon.exited.then((code) => {
      exit = code
    })
    const until = performance.now() + START_LIMIT
    while ((await host.docker.system.ping()) === null) {
      if (exit !== null)
        throw new RosError(
          'ROS_ENGINE_START',
          `System Docker ended with code ${String(exit)}: ${await lastLine(host, log)}; see ${log}`
        )
      if (performance.now() > until)
        throw new RosError(
          'ROS_ENGINE_START',
          `System Docker does not answer: ${await lastLine(host, log)}; see ${log}`
        )
      await pause(100, signal)
    }
  }
}

/** Whether User Docker's container has run for so long that it should answer; not, when System Docker does not say. */
async function runs(host: Host): Promise<boolean> {
  if ((await host.docker.system.ping()) === null) return false
  const found = await host.docker.system.container(USER_DOCKER)
  if (found?.state !== 'running') return false
  // The engine's words: `Up 12 seconds`, `Up About a minute`, `Up 4 minutes`, `Up About an hour`, `Up 3 days (healthy)`.
  const [, minutes] = /^Up (\d+) minutes/.exec(found.status) ?? []
  if (minutes !== undefined) return Number(minutes) * 60_000 >= HUNG.user
  return /^Up .*(hour|day|week|month|year)/.test(found.status)
}

/** The daemon is its container's first process: it ends with it, and its containers run on. */
async function restartUser(host: Host, signal: AbortSignal): Promise<void> {
  await host.docker.system.restart(USER_DOCKER, 1)
  const until = performance.now() + START_LIMIT
  while ((await host.docker.user.ping()) === null) {
    if (performance.now() > until)
      throw new RosError(
        'ROS_ENGINE_START',
        'User Docker was started again and does not answer; see `system-docker logs docker`'
      )
    await pause(100, signal)
  }
}

/** The storage driver's module, where the document asks for it; elsewhere the kernel is trusted to have it. */
function overlay(modules: readonly string[] | undefined): readonly Key[] {
  return (modules ?? []).some((entry) => entry.split(' ')[0] === 'overlay') ? ['module/overlay'] : []
}

/** What it reads when it starts, where that is rosd's. */
function fileOf(data: CloudConfig): readonly Key[] {
  const { file } = engineSettings('system', data)
  return file === null ? [] : [`file/${file}`]
}

/** With live-restore its containers run on. A daemon that does not answer may not hear SIGTERM either. */
async function stop(host: Host, pid: number, hung: boolean, signal: AbortSignal): Promise<void> {
  const until = performance.now() + (hung ? 3_000 : STOP_LIMIT)
  await host.runner.run(['kill', '-TERM', String(pid)], { check: false })
  while ((await daemonOf(host, pid)) !== null) {
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

/** The document's proxies but those that `own` names, be it in the other spelling: an engine takes either. */
function proxies(data: CloudConfig, own: readonly string[]): readonly string[] {
  const named = new Set(own.map((entry) => (entry.split('=')[0] ?? '').toLowerCase()))
  return proxiesOf(data).flatMap(([name, value]) => (named.has(name.toLowerCase()) ? [] : [`${name}=${value}`]))
}

/** `NAME=value`, each name once; one without a value is empty, as the daemon gets it. */
function assignments(entries: readonly string[]): readonly string[] {
  const named = new Map(entries.map((entry) => [entry.split('=')[0] ?? '', entry.includes('=') ? entry : `${entry}=`]))
  return [...named.values()]
}

/** Names of the environment that have another value than is wanted, and those it was `given` that are not wanted any more. */
function changedNames(seen: readonly string[], wanted: readonly string[], given: readonly string[]): readonly string[] {
  const nameOf = (entry: string) => entry.split('=')[0] ?? ''
  const names = new Set(wanted.map(nameOf))
  const gone = given.filter((entry) => !names.has(nameOf(entry)) && seen.includes(entry))
  return [...new Set([...wanted.filter((entry) => !seen.includes(entry)), ...gone].map(nameOf))]
}

async function lastLine(host: Host, log: string): Promise<string> {
  const text = (await host.files.read(log)) ?? ''
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
