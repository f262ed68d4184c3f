// A machine for tests. `fakeHost` throws on everything nobody scripted; `machine` is a small one in memory behind it: files,
// and programs as functions.
import { EMPTY, NEVER } from 'rxjs'
import type { Files, Host, RunResult } from '../../src/host/ports.ts'

/** Scripted parts of a host; the rest throws. */
export type Parts = { readonly [P in Exclude<keyof Host, 'docker'>]?: Partial<Host[P]> } & {
  readonly docker?: { readonly [S in keyof Host['docker']]?: Partial<Host['docker'][S]> }
}

/** A host of `parts`: whatever else is asked of it throws `unexpected: files.read("/etc/motd")`. */
export function fakeHost(parts: Parts = {}): Host {
  const docker = {
    system: strict('docker.system', { events: () => NEVER, ...parts.docker?.system }),
    user: strict('docker.user', { events: () => NEVER, ...parts.docker?.user })
  }
  const ports = ['files', 'runner', 'mounts', 'network', 'probes', 'archives'] as const
  const fakes = Object.fromEntries(
    ports.map((port) => [port, strict(port, { ...(port === 'archives' ? { changes: NEVER } : {}), ...parts[port] })])
  )
  const host = {
    kernel: { network: EMPTY, mounts: EMPTY, firewall: EMPTY, ...parts.kernel },
    wall: strict('wall', { rings: NEVER, ...parts.wall }),
    progress: () => {},
    log: () => {},
    ...(parts.registryAuth === undefined ? {} : { registryAuth: parts.registryAuth }),
    ...fakes,
    docker
  }
  return strict('host', host) as Host // every port is there, and complains of what it lacks when asked
}

function strict(name: string, scripted: object): object {
  return new Proxy(scripted, {
    get(target, property) {
      const known: unknown = Reflect.get(target, property)
      if (known !== undefined || typeof property === 'symbol' || property === 'then') return known
      return (...args: readonly unknown[]) => {
        const shown = args.map((arg) => JSON.stringify(arg) ?? typeof arg).join(', ')
        throw new Error(`unexpected: ${name}.${property}(${shown})`)
      }
    }
  })
}

export interface MemoryFile {
  bytes: Buffer
  mode: number
  uid: number
  gid: number
}

/** Answers a program, by its arguments and what it reads: an exit code or what it prints, or a whole result; a string is stdout. */
export type Program = (
  argv: readonly string[],
  input: string
) => number | string | RunResult | Promise<number | string | RunResult>

export interface Machine {
  readonly host: Host
  readonly files: Map<string, MemoryFile>
  /** Command lines run so far. */
  readonly runs: string[]
  /** Writes of kernel files, `path=text`. */
  readonly writes: string[]
  readonly put: (path: string, text: string, attributes?: Partial<Omit<MemoryFile, 'bytes'>>) => void
  readonly text: (path: string) => string | null
  /** Every file but what the agent keeps for itself in /run/ros, as plain data. */
  readonly snapshot: () => Readonly<Record<string, string>>
}

export interface MachineOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly programs?: Readonly<Record<string, Program>>
  /** How the kernel keeps what is written to a file of its own (/proc, /sys); throwing is refusing. Default: with a newline. */
  readonly kernel?: (path: string, text: string) => string
  /** Further parts of the host. */
  readonly parts?: Parts
}

export function machine(options: MachineOptions = {}): Machine {
  const files = new Map<string, MemoryFile>()
  const runs: string[] = []
  const writes: string[] = []
  const put: Machine['put'] = (path, text, { mode = 0o644, uid = 0, gid = 0 } = {}) => {
    files.set(path, { bytes: Buffer.from(text), mode, uid, gid })
  }
  for (const [path, text] of Object.entries(options.files ?? {})) put(path, text)
  const run = async (argv: readonly string[], { check = true, input = '' } = {}): Promise<RunResult> => {
    runs.push(argv.join(' '))
    const program = options.programs?.[argv[0] ?? '']
    if (program === undefined) throw new Error(`unexpected: runner.run(${JSON.stringify(argv)})`)
    const answer = await program(argv, input)
    const result =
      typeof answer === 'object'
        ? answer
        : {
            code: typeof answer === 'number' ? answer : 0,
            stdout: typeof answer === 'string' ? answer : '',
            stderr: ''
          }
    if (check && result.code !== 0) throw new Error(`'${argv.join(' ')}' exited with ${result.code}: ${result.stderr}`)
    return result
  }
  const host = fakeHost({
    ...options.parts,
    files: inMemory(files, writes, options.kernel),
    runner: { run, ...options.parts?.runner }
  })
  return {
    host,
    files,
    runs,
    writes,
    put,
    text: (path) => files.get(path)?.bytes.toString() ?? null,
    snapshot() {
      const kept = [...files].filter(([path]) => !path.startsWith('/run/ros/')).sort(([a], [b]) => (a < b ? -1 : 1))
      return Object.fromEntries(
        kept.map(([path, { bytes, mode, uid, gid }]) => [path, `${mode.toString(8)} ${uid}:${gid} ${bytes.toString()}`])
      )
    }
  }
}

function inMemory(
  files: Map<string, MemoryFile>,
  writes: string[],
  kernel = (_path: string, text: string) => `${text.trim()}\n`
): Files {
  const isDirectory = (path: string) => [...files.keys()].some((name) => name.startsWith(`${path.replace(/\/$/, '')}/`))
  // A directory has an entry of its own only once somebody speaks of it.
  const entryOf = (path: string): string => {
    if (files.has(path) || !isDirectory(path)) return path
    if (!files.has(`${path}/.`)) files.set(`${path}/.`, { bytes: Buffer.alloc(0), mode: 0o755, uid: 0, gid: 0 })
    return `${path}/.`
  }
  const owned = (path: string): MemoryFile => {
    const file = files.get(path)
    if (file === undefined) throw missing(path)
    return file
  }
  return {
    read: async (path) => files.get(path)?.bytes.toString() ?? null,
    readBytes: async (path) => files.get(path)?.bytes ?? null,
    async stat(path) {
      const file = files.get(path) ?? files.get(`${path}/.`)
      const kind = files.has(path) ? 'file' : 'directory'
      if (file !== undefined) return { mode: file.mode, uid: file.uid, gid: file.gid, size: file.bytes.length, kind }
      return isDirectory(path) ? { mode: 0o755, uid: 0, gid: 0, size: 0, kind: 'directory' } : null
    },
    async writeAtomic(path, bytes, { mode, uid, gid } = {}) {
      const old = files.get(path)
      const attributes = { mode: mode ?? old?.mode ?? 0o644, uid: uid ?? old?.uid ?? 0, gid: gid ?? old?.gid ?? 0 }
      files.set(path, { bytes: Buffer.from(bytes), ...attributes })
    },
    async writeInPlace(path, bytes) {
      if (!/^\/(proc|sys)\//.test(path)) {
        const old = files.get(path) ?? { mode: 0o644, uid: 0, gid: 0 }
        files.set(path, { ...old, bytes: Buffer.from(bytes) })
        return
      }
      const file = owned(path)
      writes.push(`${path}=${Buffer.from(bytes).toString().trim()}`)
      file.bytes = Buffer.from(kernel(path, Buffer.from(bytes).toString()))
    },
    async chmod(path, mode) {
      owned(entryOf(path)).mode = mode
    },
    async chown(path, uid, gid) {
      Object.assign(owned(entryOf(path)), { uid, gid })
    },
    async remove(path) {
      files.delete(path)
    },
    async makeDirectory(path, mode = 0o755) {
      if (!files.has(`${path}/.`)) files.set(`${path}/.`, { bytes: Buffer.alloc(0), mode, uid: 0, gid: 0 })
    },
    async removeDirectory(path) {
      const inside = [...files.keys()].filter((name) => name.startsWith(`${path}/`) && name !== `${path}/.`)
      return inside.length === 0 && files.delete(`${path}/.`)
    },
    async list(path) {
      const inside = [...files.keys()].filter((name) => name.startsWith(`${path}/`))
      return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))]
        .filter((name) => name !== '.')
        .sort()
    }
  }
}

function missing(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' })
}
