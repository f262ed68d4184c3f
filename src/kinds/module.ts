// Kernel modules. They are loaded, never removed: what depends on one can not be known from here.
import { EMPTY } from 'rxjs'
import { RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { moduleName } from '../core/modules.ts'
import { type Key, nameOf, type Seen, type Want } from '../core/resource.ts'
import type { Host } from '../host/ports.ts'
import { adoptModule } from './adopt/system.ts'

/** Names that modprobe took although no module is called so: aliases, remembered for this boot. */
const ALIASES = '/run/ros/modules'

export const module: KindDef<'module'> = {
  kind: 'module',
  resync: 600_000,
  width: 4,

  *want({ data, from }) {
    const wants = new Map<Key, Want<'module'>>()
    for (const [index, entry] of (data.rancher?.modules ?? []).entries()) {
      const name = moduleName(entry)
      if (name === '') continue
      const key: Key<'module'> = `module/${name}`
      const params = entry.trim().split(/\s+/).slice(1)
      wants.set(key, { key, spec: { params: params.join(' ') }, needs: [], from: from(['rancher', 'modules', index]) })
    }
    yield* wants.values()
  },

  judge: (want, seen) => (want !== null && seen === null ? { verb: 'create', why: 'not loaded' } : null),

  irreversible: () => 'a loaded module stays until the next boot',

  adopt: adoptModule,

  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'module'>, Seen<'module'>>()
    const loaded = await host.files.read('/proc/modules')
    if (loaded === null) {
      // A kernel without loadable modules: whatever it has, it has built in.
      for (const key of keys) seen.set(key, { builtin: true })
      return seen
    }
    const names = loadedNames(loaded)
    const missing = keys.filter((key) => !names.has(nameOf(key)))
    for (const key of keys) if (names.has(nameOf(key))) seen.set(key, { builtin: false })
    if (missing.length === 0) return seen
    const builtin = await builtinNames(host)
    const aliases = new Set(await host.files.list(ALIASES))
    for (const key of missing) {
      if (builtin.has(nameOf(key))) seen.set(key, { builtin: true })
      else if (aliases.has(nameOf(key))) seen.set(key, { builtin: false })
    }
    return seen
  },

  async act(host, action, signal) {
    if (action.to === null) return
    const name = nameOf(action.key)
    const params = action.to.params === '' ? [] : action.to.params.split(' ')
    const result = await host.runner.run(['modprobe', name, ...params], { signal, check: false })
    if (result.code !== 0) {
      const said = result.stderr.trim().replace(/^modprobe: (FATAL|ERROR): /, '')
      const absent = /not found/i.test(said)
      const way = absent ? '; check the name in rancher.modules, or use a kernel that has it' : ''
      throw new RosError(
        'ROS_MODULE_LOAD',
        `module ${name} could not be loaded: ${said}${way}`,
        absent ? 'never' : 'soon'
      )
    }
    if (loadedNames((await host.files.read('/proc/modules')) ?? '').has(name) || (await builtinNames(host)).has(name))
      return
    await host.files.writeAtomic(`${ALIASES}/${name}`, '')
  }
}

function loadedNames(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').map((line) => line.split(' ')[0] ?? ''))
}

async function builtinNames(host: Host): Promise<ReadonlySet<string>> {
  const release = ((await host.files.read('/proc/sys/kernel/osrelease')) ?? '').trim()
  const text = (await host.files.read(`/lib/modules/${release}/modules.builtin`)) ?? ''
  return new Set(text.split('\n').map((line) => moduleName(line.replace(/^.*\//, '').replace(/\.ko.*$/, ''))))
}
