// A host that dies at one of the calls that change the machine: from then on nothing that is asked of it is ever answered,
// as for an agent that was killed there. The machine behind it stays as it is.
import { posix } from 'node:path'
import { draftName } from '../../src/core/draft.ts'
import type { Host } from '../../src/host/ports.ts'

/** `before` and `after` the call; `middle`: a file is half written. */
export interface Death {
  readonly call: number
  readonly when: 'before' | 'middle' | 'after'
}

export interface Mortal {
  readonly host: Host
  /** Calls that changed the machine so far: `files.remove /etc/motd`. */
  readonly calls: readonly string[]
  /** Resolves when it has died. */
  readonly dead: Promise<void>
}

const CHANGES: ReadonlySet<string> = new Set(
  `files.writeAtomic files.writeInPlace files.chmod files.chown files.remove files.makeDirectory files.removeDirectory runner.run runner.startDaemon
  network.change docker.create docker.start docker.stop docker.restart docker.kill docker.unpause docker.rename docker.update
  docker.remove docker.exec docker.writeFile docker.load docker.pull`.split(/\s+/)
)

type Call = (...args: readonly unknown[]) => unknown

export function mortal(host: Host, death: Death | null): Mortal {
  const calls: string[] = []
  const never = new Promise<never>(() => {})
  let gone = false
  let die = () => {}
  const dead = new Promise<void>((resolve) => {
    die = () => {
      gone = true
      resolve()
    }
  })

  const guarded = (port: string, name: string, call: Call): Call => {
    if (name === 'events') return call
    if (!CHANGES.has(`${port}.${name}`)) return (...args) => (gone ? never : call(...args))
    return async (...args) => {
      if (gone) return never
      calls.push(`${port}.${name} ${args.map((arg) => (Array.isArray(arg) ? arg.join(' ') : String(arg))).join(' ')}`)
      if (death === null || calls.length !== death.call) return alive(await call(...args))
      if (death.when === 'middle') await half(`${port}.${name}`, args)
      const work = death.when === 'after' ? call(...args) : null
      die()
      await work
      return never
    }
  }
  /** What comes back to an agent that has died meanwhile reaches nobody. */
  const alive = (answer: unknown): unknown => (gone ? never : answer)

  const half = async (name: string, [path, bytes]: readonly unknown[]) => {
    if (typeof path !== 'string' || (typeof bytes !== 'string' && !Buffer.isBuffer(bytes))) return
    if (name === 'files.writeAtomic') {
      const draft = posix.join(posix.dirname(path), draftName(posix.basename(path), 1, calls.length))
      await host.files.writeAtomic(draft, bytes.slice(0, bytes.length / 2))
    } else if (name === 'files.writeInPlace' && !path.startsWith('/proc/')) {
      const more = ((await host.files.readBytes(path))?.length ?? 0) - Buffer.byteLength(bytes)
      await host.files.writeInPlace(path, bytes.toString() + '\n'.repeat(Math.max(0, more)))
    }
  }

  const port = (name: string, target: object): object =>
    new Proxy(target, {
      get(whole, property) {
        const known: unknown = Reflect.get(whole, property)
        if (typeof known !== 'function' || typeof property === 'symbol') return known
        // A daemon is started at once; what comes of it reaches a dead agent no more.
        if (property === 'startDaemon') {
          return (...args: readonly unknown[]) => {
            const silent = { pid: 0, exited: never, kill: () => {} }
            if (gone) return silent
            calls.push(`runner.startDaemon ${String(args[0])}`)
            const now = death !== null && calls.length === death.call
            if (now) die()
            return now && death.when !== 'after' ? silent : (known as Call).apply(whole, args as unknown[]) // a port's method
          }
        }
        return guarded(name, property, (known as Call).bind(whole)) // a port's method
      }
    })

  const docker = {
    system: port('docker', host.docker.system) as Host['docker']['system'], // the port itself, guarded
    user: port('docker', host.docker.user) as Host['docker']['user']
  }
  return {
    calls,
    dead,
    host: {
      ...host,
      files: port('files', host.files) as Host['files'], // each the port itself, guarded
      runner: port('runner', host.runner) as Host['runner'],
      mounts: port('mounts', host.mounts) as Host['mounts'],
      network: port('network', host.network) as Host['network'],
      archives: port('archives', host.archives) as Host['archives'],
      docker,
      kernel: host.kernel,
      log: () => {},
      progress: () => {},
      registryAuth: () => null
    }
  }
}
