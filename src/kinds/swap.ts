// Swap areas: the entries of `mounts` of type swap.
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { needsMount, wantedSwaps } from '../core/mounts.ts'
import { type Key, nameOf, type Seen } from '../core/resource.ts'
import { adoptSwap } from './adopt/system.ts'

export const swap: KindDef<'swap'> = {
  kind: 'swap',
  resync: 60_000,
  // swapoff reads back all that is swapped out.
  deadline: 600_000,

  *want({ data, from }) {
    for (const { key, source, spec, index } of wantedSwaps(data)) {
      yield { key, spec, needs: source.startsWith('/') ? needsMount(data, source) : [], from: from(['mounts', index]) }
    }
  },

  judge(want, seen, owned) {
    if (want === null) {
      if (owned === null) return null
      if (owned.before === null) return seen === null ? null : { verb: 'delete', why: 'no longer wanted' }
      // One that was in use before us is given back as it was.
      if (seen === null) return { verb: 'delete', why: 'no longer wanted: in use again, as before' }
      return asBefore(owned.before, seen)
        ? null
        : { verb: 'delete', why: `no longer wanted: priority ${seen.priority} -> ${owned.before.priority}` }
    }
    if (seen === null) return { verb: 'create', why: 'not in use' }
    const { priority } = want.spec
    return priority === null || priority === seen.priority
      ? null
      : { verb: 'replace', why: `priority ${seen.priority} -> ${priority}` }
  },

  disturbs: ({ key, verb }) =>
    verb === 'replace'
      ? { is: 'interrupt', what: `what is swapped out to ${nameOf(key)} is read back first` }
      : { is: 'nothing', what: '' },

  adopt: adoptSwap,

  watch: (host) => host.kernel.mounts,

  async observe(host, keys) {
    const seen = new Map<Key<'swap'>, Seen<'swap'>>()
    if (keys.length === 0) return seen
    const inUse = await host.mounts.swaps()
    for (const key of keys) {
      const device = await host.mounts.device(nameOf(key))
      const entry = inUse.find((area) => area.device === device)
      if (entry !== undefined) seen.set(key, entry)
    }
    return seen
  },

  async act(host, { key, verb, to, from, owned }, signal) {
    const source = nameOf(key)
    const run = async (argv: readonly string[]) => {
      const result = await host.runner.run(argv, { signal, check: false })
      if (result.code !== 0)
        throw new RosError('ROS_MOUNT', `swap ${source}: ${result.stderr.trim() || `${argv[0]} failed`}`)
    }
    if (verb !== 'create' && from !== null && (await host.mounts.swaps()).some((area) => area.device === from.device)) {
      await run(['swapoff', from.device])
    }
    const spec = to ?? owned?.before ?? null
    if (spec === null) return
    const device = await host.mounts.device(source)
    if (device === null)
      throw new RosError('ROS_MOUNT_DEVICE', `swap ${source} is not there: no such device or file on this machine`)
    if ((await host.mounts.swaps()).some((area) => area.device === device)) return
    // Those below 0 are the kernel's own to give.
    const priority = spec.priority === null || spec.priority < 0 ? [] : ['-p', String(spec.priority)]
    await run(['swapon', ...priority, device])
  }
}

function asBefore(before: Seen<'swap'>, seen: Seen<'swap'>): boolean {
  return before.priority === seen.priority || (before.priority < 0 && seen.priority < 0)
}
