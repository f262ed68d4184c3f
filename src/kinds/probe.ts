// What has to answer for the machine to be well. The host tries each at its interval; here is said which, and what came of it.
import { isSystem } from '../compose/service.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Seen, type Spec } from '../core/resource.ts'
import type { CloudConfig, Probe } from '../document/types.gen.ts'

export const probe: KindDef<'probe'> = {
  kind: 'probe',
  resync: 60_000,
  width: 16,

  *want({ data, from }) {
    for (const [name, one] of Object.entries(data.rancher?.probes ?? {})) {
      const spec = specOf(one, data)
      if (spec === null) continue
      const { target } = spec
      const needs: readonly Key[] =
        target.is === 'command' && target.in !== null ? [`container/${target.in.scope}/${target.in.name}`] : []
      yield { key: `probe/${name}`, spec, needs, from: from(['rancher', 'probes', name]) }
    }
  },

  judge(want, seen) {
    if (want === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
    const { target, intervalMs } = want.spec
    if (seen === null)
      return { verb: 'create', why: `tries ${showTarget(target)} every ${intervalMs / 1000} s from now on` }
    return JSON.stringify(seen.spec) === JSON.stringify(want.spec)
      ? null
      : { verb: 'update', why: `tries ${showTarget(target)} every ${intervalMs / 1000} s` }
  },

  ready: (_want, seen) => (seen === null || seen.state === 'passes' ? true : seen.message),

  complain: (_want, { state, message }) => (state === 'fails' ? message : null),

  claims: (key, { spec }) => ({ key, spec, before: null, needs: [] }),

  show: ({ state, message }) => ({ state, message }),

  fields: () => [],

  watch: (host) => host.probes.changes,

  async observe(host) {
    const all = [...host.probes.list()].map(([name, seen]): [Key<'probe'>, Seen<'probe'>] => [`probe/${name}`, seen])
    return new Map(all)
  },

  async act(host, { key, to }) {
    if (to === null) host.probes.stop(nameOf(key))
    else host.probes.start(nameOf(key), to)
  }
}

/** null: of a probe that says nothing to try, which the check of the document refuses. */
function specOf(one: Probe, data: CloudConfig): Spec<'probe'> | null {
  const { interval = 10, timeout = 5, retries = 1 } = one
  const target = targetOf(one, data)
  return target === null ? null : { target, intervalMs: interval * 1000, timeoutMs: timeout * 1000, retries }
}

function targetOf(one: Probe, data: CloudConfig): Spec<'probe'>['target'] | null {
  const { tcp, http, status = null, command, in: where = 'host' } = one
  if (tcp !== undefined) {
    const at = tcp.lastIndexOf(':')
    return { is: 'tcp', host: tcp.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(tcp.slice(at + 1)) }
  }
  if (http !== undefined) return { is: 'http', url: http, status }
  if (command === undefined) return null
  const argv = typeof command === 'string' ? ['sh', '-c', command] : command
  if (where === 'host') return { is: 'command', argv, in: null }
  const service = data.rancher?.services?.[where]
  const scope = service === undefined || isSystem(service) ? 'system' : 'user'
  return { is: 'command', argv, in: { scope, name: where } }
}

function showTarget(target: Spec<'probe'>['target']): string {
  if (target.is === 'tcp') return `tcp ${target.host}:${target.port}`
  if (target.is === 'http') return target.url.replace(/\/\/[^/@]*@/, '//')
  return target.in === null ? 'a command' : `a command in ${target.in.name}`
}
