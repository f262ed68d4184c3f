// Images of both engines: those that came with the system or lie in a preload folder are loaded, all others pulled. Images
// are never removed: what a person pulled and what a rollback needs look the same.
import { filter, map, merge } from 'rxjs'
import { buildOf } from '../compose/build.ts'
import { withConsole } from '../compose/console.ts'
import { interpolate, serviceEnvironment } from '../compose/interpolate.ts'
import { imageOf, isSystem } from '../compose/service.ts'
import { isArchiveFault } from '../core/archive-fault.ts'
import { ifAnswers } from '../core/engine-answer.ts'
import { RosError } from '../core/errors.ts'
import { listedAs } from '../core/image-reference.ts'
import type { KindDef } from '../core/kind.ts'
import { trustNeeds } from '../core/registry-files.ts'
import { type Key, nameOf, type Scope, type Want } from '../core/resource.ts'
import type { Host, PullProgress } from '../host/ports.ts'
import { make } from './image/make.ts'
import { pullImage } from './image/pull.ts'

export const image: KindDef<'image'> = {
  kind: 'image',
  resync: 600_000,
  // Pulls take turns by their registry (host/linux/docker-pulls.ts): one that hangs holds up neither loads nor other registries.
  width: 32,
  // A pull that says nothing is called off long before.
  deadline: 86_400_000,

  *want({ data: document, facts, from }) {
    const data = withConsole(document)
    const wants = new Map<Key<'image'>, Want<'image'>>()
    const environment = serviceEnvironment(data.rancher?.environment, facts)
    for (const [name, raw] of Object.entries(data.rancher?.services ?? {})) {
      // Most are not built: what is asked of thousands is kept small.
      const service = interpolate(raw.build === undefined ? { image: raw.image ?? '' } : raw, environment)
      const ref = imageOf(name, service)
      if (ref === '') continue
      const scope: Scope = isSystem(raw) ? 'system' : 'user'
      const key: Key<'image'> = `image/${scope}/${ref}`
      // One that builds it does so for all that use it.
      const build = buildOf(service) ?? wants.get(key)?.spec.build
      const id = scope === 'system' ? (facts.shipped[listedAs(ref)] ?? null) : null
      wants.set(key, {
        key,
        spec: { scope, ref, id, ...(build === undefined ? {} : { build }) },
        needs: [
          `engine/${scope}`,
          // The machine's own come with it, and it must not wait for an archive that somebody brought.
          ...(data.rancher?.preload_wait === true && id === null ? [`preload/${scope}` as const] : []),
          ...trustNeeds(ref, scope, data)
        ],
        from: from(['rancher', 'services', name, raw.image === undefined ? 'build' : 'image'])
      })
    }
    yield* wants.values()
  },

  judge(want, seen) {
    if (want === null) return null
    if (seen === null) return { verb: 'create', why: 'not on this machine' }
    const { id } = want.spec
    return id === null || id === seen.id
      ? null
      : { verb: 'update', why: `the system brings ${short(id)}, here is ${short(seen.id)}` }
  },

  lens: (key) => `engine/${scopeOf(key)}`,

  watch: (host) =>
    merge(host.docker.system.events(), host.docker.user.events()).pipe(
      filter((event) => event.type === 'connection' || (event.type === 'image' && event.action !== 'pull')),
      map(() => undefined)
    ),

  async observe(host, keys) {
    const seen = new Map<Key<'image'>, { id: string }>()
    await Promise.all(
      (['system', 'user'] as const).map(async (scope) => {
        const asked = keys.filter((key) => scopeOf(key) === scope)
        if (asked.length === 0) return
        const docker = host.docker[scope]
        const present = await ifAnswers(docker, docker.images())
        if (present === null) return
        for (const key of asked) {
          const id = present.get(listedAs(refOf(key)))
          if (id !== undefined) seen.set(key, { id })
        }
      })
    )
    return seen
  },

  async act(host, action, signal) {
    if (action.to === null) return
    const { scope, ref, build } = action.to
    if (build !== undefined) return make(host, action.key, build, ref, signal)
    if (await loaded(host, action.key, scope, ref, signal)) return
    await pullImage(host, scope, ref, signal)
  }
}

/** Loads the archive that holds an image; false: there is none, or it is damaged, which is noted beside it. */
async function loaded(host: Host, key: Key<'image'>, scope: Scope, ref: string, signal: AbortSignal): Promise<boolean> {
  const archive = await host.archives.find(scope, ref)
  if (archive === null) return false
  const stamp = await host.archives.stamp(archive)
  try {
    await host.docker[scope].load(archive, (progress) => host.progress(key, lineOf(progress)), signal)
  } catch (cause) {
    signal.throwIfAborted()
    const why = text(cause)
    if (!isArchiveFault(why))
      throw new RosError('ROS_IMAGE_LOAD', `image ${ref} could not be loaded from ${archive}: ${why}`, 'soon', cause)
    host.log('warn', { key, archive, why }, 'an archive of images is damaged')
    await host.archives.note(archive, stamp, why)
    return false
  }
  await host.archives.note(archive, stamp, null)
  return true
}

function scopeOf(key: Key<'image'>): Scope {
  return nameOf(key).startsWith('system/') ? 'system' : 'user'
}

function refOf(key: Key<'image'>): string {
  return nameOf(key).slice(scopeOf(key).length + 1)
}

function lineOf({ status, layer, current, total }: PullProgress): string {
  const part = total > 0 ? ` ${Math.round((100 * current) / total)} % of ${(total / 1e6).toFixed(1)} MB` : ''
  return `${layer === '' ? '' : `${layer}: `}${status}${part}`
}

function short(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12)
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
