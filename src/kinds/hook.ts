// The commands of rancher.network: `pre_cmds` and `post_cmds`, and `pre_up` and `post_up` of interfaces. Each list runs once for what
// it belongs to: first in a boot, and again when the commands or the settings they go with are others. The record in /run says
// what it has run for. Programs are started as RancherOS did it: split into words, `$iface` put in, without a shell.
import { EMPTY } from 'rxjs'
import { words } from '../compose/values.ts'
import { type CommandRecord, logged, oneLine, parseRecord, recordPath } from '../core/command-record.ts'
import { isAbort, RosError } from '../core/errors.ts'
import { hooks } from '../core/hooks.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'

const LOG = '/var/log/network-hooks.log'
/** Milliseconds one command may take: the network waits for it. */
const LIMIT = 60_000

export const hook: KindDef<'hook'> = {
  kind: 'hook',
  resync: 600_000,
  width: 4,
  deadline: 1_800_000,

  *want(desired) {
    for (const { key, lines, of, path, needs, follows } of hooks(desired))
      yield { key, spec: { lines, of }, needs, follows, from: desired.from(path) }
  },

  judge(want, seen, owned) {
    if (want === null) return seen === null || owned === null ? null : { verb: 'delete', why: 'no longer wanted' }
    if (seen === null) return { verb: 'create', why: 'has not run in this boot' }
    return seen.of === want.spec.of ? null : { verb: 'update', why: 'it, or what it belongs to, has changed' }
  },

  complain(_want, { state, message }) {
    if (state === 'running')
      return 'the agent ended while the commands ran; `ros service restart network` runs them again'
    return state === 'failed' ? message : null
  },

  show: ({ state, message }) => ({ state, message }),

  irreversible: () => 'what commands have done stays done',

  // Commands may hold passwords.
  fields: () => [],

  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'hook'>, Seen<'hook'>>()
    for (const key of keys) {
      const record = await recordOf(host, key)
      if (record !== null) seen.set(key, record)
    }
    return seen
  },

  async act(host, { key, to }, signal) {
    if (to === null) {
      // One that comes back runs anew.
      await host.files.remove(recordPath(nameOf(key)))
      return
    }
    if ((await recordOf(host, key))?.of === to.of) return
    const { of, lines } = to
    const keep = (state: CommandRecord['state'], message: string) =>
      host.files.writeAtomic(recordPath(nameOf(key)), JSON.stringify({ state, message, of }))
    await keep('running', `${lines.length} commands`)
    const failed: string[] = []
    for (const [index, line] of lines.entries()) {
      const step = `command ${index + 1} of ${lines.length} (${oneLine(line)})`
      host.progress(key, step)
      const trouble = await attempt(host, nameOf(key), line, signal)
      if (trouble !== null) failed.push(`${step} ${trouble}`)
    }
    const [first] = failed
    if (first === undefined) return keep('done', `${lines.length} commands ran`)
    const more = failed.length === 1 ? '' : ` and ${failed.length - 1} more failed`
    const message = `${nameOf(key)}: ${first}${more}; its output is in ${LOG}; \`ros service restart network\` runs it again`
    await keep('failed', message)
    throw new RosError('ROS_HOOK_FAILED', message, 'never')
  }
}

async function recordOf(host: Host, key: Key<'hook'>): Promise<Seen<'hook'> | null> {
  const text = await host.files.read(recordPath(nameOf(key)))
  return text === null ? null : { of: '', ...parseRecord(text) }
}

/** Runs one command to its end; says what went wrong, null: nothing. */
async function attempt(host: Host, name: string, line: string, signal: AbortSignal): Promise<string | null> {
  const limit = AbortSignal.timeout(LIMIT)
  try {
    const argv = logged(words(line), LOG, `${name} + ${oneLine(line)}`, host.wall.now())
    const { code } = await host.runner.run(argv, { signal: AbortSignal.any([signal, limit]), check: false })
    return code === 0 ? null : `ended with code ${code}`
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted) return 'was called off: it was changed, or the machine goes down'
    if (limit.aborted) return `did not end within ${LIMIT / 1000} s and was killed`
    return `could not be run: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
}
