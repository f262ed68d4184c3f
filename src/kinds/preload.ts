// Archives of images in the preload folders: each is loaded into its engine once, whether a service names what is in it or not. What
// became of it stands beside it (`NAME.done`, as RancherOS had it, or `NAME.failed`) and counts until it changes.
import { map, merge } from 'rxjs'
import { isArchiveFault } from '../core/archive-fault.ts'
import { ifAnswers } from '../core/engine-answer.ts'
import { asRosError, RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import type { Key, Scope, Seen } from '../core/resource.ts'
import type { Host, Preloaded } from '../host/ports.ts'

/** Milliseconds after which an archive that is not whole counts as damaged, and not as one that is still being written. */
const STILL = 10_000

export const preload: KindDef<'preload'> = {
  kind: 'preload',
  resync: 60_000,
  width: 2,
  // Some gigabytes from a slow disk; an engine that hangs is the engine's failure.
  deadline: 3_600_000,

  *want({ data, from }) {
    const place = from(['rancher', 'preload_wait'])
    yield { key: 'preload/system', spec: { scope: 'system' }, needs: ['engine/system'], from: place }
    if (data.rancher?.services?.docker === undefined) return
    yield { key: 'preload/user', spec: { scope: 'user' }, needs: ['engine/user'], from: place }
  },

  judge: (want, seen) =>
    want === null || seen === null || seen.fresh.length === 0
      ? null
      : { verb: 'create', why: `not loaded yet: ${seen.fresh.join(', ')}` },

  ready: (_want, seen) => (seen === null || seen.fresh.length > 0 ? 'not all archives are loaded yet' : true),

  complain: (_want, { bad }) => (bad.length === 0 ? null : bad.map(({ name, why }) => `${name}: ${why}`).join('; ')),

  remark: (_want, { loaded }) => (loaded === 0 ? null : `${loaded} ${loaded === 1 ? 'archive' : 'archives'} loaded`),

  lens: (key) => `engine/${scopeOf(key)}`,

  watch: (host) =>
    merge(host.archives.changes, host.docker.system.events(), host.docker.user.events()).pipe(map(() => undefined)),

  async observe(host, keys) {
    const seen = new Map<Key<'preload'>, Seen<'preload'>>()
    await Promise.all(
      keys.map(async (key) => {
        const found = await ifAnswers(host.docker[scopeOf(key)], host.archives.preloaded(scopeOf(key)))
        if (found === null) return
        const are = (state: Preloaded['state']) => found.filter((one) => one.state === state)
        const bad = are('bad').map(({ name, why }) => ({ name, why }))
        seen.set(key, { fresh: are('fresh').map(({ name }) => name), loaded: are('loaded').length, bad })
      })
    )
    return seen
  },

  async act(host, { key }, signal) {
    const scope = scopeOf(key)
    const failures: RosError[] = []
    for (const archive of await host.archives.preloaded(scope)) {
      if (archive.state !== 'fresh') continue
      try {
        await load(host, key, archive, signal)
      } catch (thrown) {
        signal.throwIfAborted()
        failures.push(asRosError(thrown))
      }
    }
    const [first] = failures
    if (first !== undefined) throw first
  }
}

/** Loads one archive and notes what became of it; rejects where that says nothing about the archive. */
async function load(
  host: Host,
  key: Key<'preload'>,
  { path, name, ageMs }: Preloaded,
  signal: AbortSignal
): Promise<void> {
  const tell = (words: string) => host.progress(key, `${name}: ${words}`)
  const stamp = await host.archives.stamp(path)
  try {
    tell('is looked through')
    await host.archives.check(path)
    await host.docker[scopeOf(key)].load(
      path,
      ({ status, current, total }) => {
        const share = total > 0 ? ` ${Math.round((100 * current) / total)} % of ${(total / 1e6).toFixed(1)} MB` : ''
        tell(`${status}${share}`)
      },
      signal
    )
  } catch (cause) {
    signal.throwIfAborted()
    const why = cause instanceof Error ? cause.message : String(cause)
    if (!isArchiveFault(why) || ageMs < STILL)
      throw new RosError('ROS_IMAGE_LOAD', `${path} could not be loaded: ${why}`, 'soon', cause)
    host.log('warn', { key, archive: path, why }, 'an archive of images is damaged')
    await host.archives.note(path, stamp, why)
    return
  }
  await host.archives.note(path, stamp, null)
}

function scopeOf(key: Key<'preload'>): Scope {
  return key === 'preload/system' ? 'system' : 'user'
}
