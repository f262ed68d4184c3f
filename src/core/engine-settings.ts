// What of an engine's options stands in its daemon.json, which dockerd reads again on SIGHUP, and what is left to be flags. Pure.
import type { CloudConfig, Engine } from '../document/types.gen.ts'
import type { Scope } from './resource.ts'
import { writesFile } from './write-files.ts'

/** The file that is rosd's own, unless the document names or writes another. */
export const ENGINE_FILE: Readonly<Record<Scope, string>> = {
  system: '/etc/docker/system-docker.json',
  user: '/etc/docker/daemon.json'
}

type Setting = boolean | number | string | readonly string[]

type Shape = 'switch' | 'number' | 'text' | 'list'

interface Reloaded {
  readonly key: string
  readonly is: Shape
  /**
   * What no value means. dockerd keeps what it has where a reload leaves a key out, so all of them are always written, but those
   * that it sets back by itself (undefined).
   */
  readonly none?: Setting
}

/**
 * Flags whose key in the file takes effect on SIGHUP, in each engine from 20.10 on (dockerd(8), "Configuration reload behavior").
 * A key may not stand in the file and be a flag: the daemon would not start.
 */
const RELOADED: Readonly<Record<string, Reloaded>> = {
  debug: { key: 'debug', is: 'switch', none: false },
  'default-runtime': { key: 'default-runtime', is: 'text', none: 'runc' },
  'insecure-registry': { key: 'insecure-registries', is: 'list', none: [] },
  label: { key: 'labels', is: 'list', none: [] },
  'live-restore': { key: 'live-restore', is: 'switch', none: false },
  'max-concurrent-downloads': { key: 'max-concurrent-downloads', is: 'number', none: 3 },
  'max-concurrent-uploads': { key: 'max-concurrent-uploads', is: 'number', none: 5 },
  'max-download-attempts': { key: 'max-download-attempts', is: 'number' },
  'registry-mirror': { key: 'registry-mirrors', is: 'list', none: [] },
  'shutdown-timeout': { key: 'shutdown-timeout', is: 'number', none: 15 }
}

export interface EngineSettings {
  /** Path of the file; null: the document has one of its own, so all options are flags. */
  readonly file: string | null
  /** Content of the file. */
  readonly text: string
  /** `extra_args` without what stands in the file. */
  readonly args: readonly string[]
}

/** Keys of the document whose flag is of the same name and stands in the file. */
export const IN_FILE: ReadonlySet<keyof Engine> = new Set([
  'config_file',
  'debug',
  'insecure_registry',
  'live_restore',
  'registry_mirror'
] as const)

export function engineSettings(scope: Scope, data: CloudConfig): EngineSettings {
  const config = configOf(scope, data)
  const extra = config.extra_args ?? []
  if (!ownsEngineFile(scope, data)) return { file: null, text: '', args: extra }
  const { given, rest } = sortArguments(extra)
  const settings = Object.entries(RELOADED).flatMap(([flag, one]) => {
    const value = valueOf(one, [
      ...asWords(config[flag.replaceAll('-', '_') as keyof Engine]),
      ...given.filter((one) => one.flag === flag).map((one) => one.value ?? '')
    ])
    return value === undefined ? [] : [[one.key, value] as const]
  })
  return { file: ENGINE_FILE[scope], text: `${JSON.stringify(Object.fromEntries(settings), null, 2)}\n`, args: rest }
}

function configOf(scope: Scope, data: CloudConfig): Engine {
  return (scope === 'system' ? data.rancher?.system_docker : data.rancher?.docker) ?? {}
}

/** Whether the file of this engine is rosd's. */
export function ownsEngineFile(scope: Scope, data: CloudConfig): boolean {
  const { config_file: named = '', extra_args: extra = [] } = configOf(scope, data)
  if (named !== '' && named !== ENGINE_FILE[scope]) return false
  return !writesFile(data, ENGINE_FILE[scope]) && !extra.some((word) => word.split('=')[0] === '--config-file')
}

/** One that stands in the file. */
export interface Argument {
  /** Without its dashes. */
  readonly flag: string
  readonly is: Shape
  /** null: it has none, which the daemon does not take. */
  readonly value: string | null
  /** Where in the list its value stands. */
  readonly at: number
}

/** Those of `extra_args` that stand in the file, and the others. `--label=a=b`, `--label a=b`, `--debug` and `-D` are what the daemon takes. */
export function sortArguments(extra: readonly string[]): {
  readonly given: readonly Argument[]
  readonly rest: readonly string[]
} {
  const given: Argument[] = []
  const rest: string[] = []
  for (let at = 0; at < extra.length; at++) {
    const word = extra[at] ?? ''
    const [, flag = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word === '-D' ? '--debug' : word) ?? []
    const is = Object.hasOwn(RELOADED, flag) ? RELOADED[flag]?.is : undefined
    if (is === undefined) rest.push(word)
    else if (value !== undefined) given.push({ flag, is, value, at })
    else if (is === 'switch') given.push({ flag, is, value: 'true', at })
    else if (at + 1 < extra.length) given.push({ flag, is, value: extra[++at] ?? '', at })
    else given.push({ flag, is, value: null, at })
  }
  return { given, rest }
}

/** Of several, as flags count: a list has all of them, all else is the last. */
function valueOf({ is, none }: Reloaded, words: readonly string[]): Setting | undefined {
  const said = words.filter((word) => word !== '')
  const last = said.at(-1)
  if (last === undefined) return none
  if (is === 'list') return said
  if (is === 'switch') return /^(1|t|true)$/i.test(last)
  return is === 'number' ? Number(last) : last
}

function asWords(value: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(String) : [String(value as string | boolean)] // the schema leaves nothing else
}
