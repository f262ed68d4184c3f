// All logs of this machine by name: its own programs' files, the kernel's messages, and what the services' engines keep.
import { Refusal } from '../api/refusal.ts'
import type { ContainerSpec } from '../core/container.ts'
import { SYSTEM_LOGS } from '../core/log-destinations.ts'
import type { Key, Spec, Want } from '../core/resource.ts'
import { suggest } from '../document/suggest.ts'
import type { Host, LogFiles } from '../host/ports.ts'
import { containerLog } from './container-log.ts'
import { isSince, type LogEntry, type LogOptions, type LogStream } from './entry.ts'
import { agentLine, bootLine, commandLine, engineLine, kernelLine, type Line, syslogLine } from './line.ts'
import { last, merged } from './merge.ts'
import { ofCommands } from './of-commands.ts'

export interface Logs {
  /** Names of all there are, by name. */
  readonly sources: () => readonly string[]
  /**
   * Lines of the logs of these names, or of all: those that are there in the order of their times, then each new one. A name there
   * is no log of throws a `Refusal` of code ROS_API_NO_LOG.
   */
  readonly read: (names: readonly string[], options: LogOptions) => AsyncIterable<LogEntry>
}

export interface LogsParts {
  readonly host: Pick<Host, 'docker'>
  readonly files: LogFiles
  /** Where the logs in files are. */
  readonly folder: string
  readonly wants: () => ReadonlyMap<Key, Want>
  /** Milliseconds the machine has been up. */
  readonly uptime: () => number
  readonly now: () => number
}

/** Logs in files, by name. A service's of the same name are told beside them. */
const FILES = {
  agent: 'rosd.log',
  boot: 'boot.log',
  bootcmd: 'bootcmd.log',
  'network-hooks': 'network-hooks.log',
  runcmd: 'runcmd.log',
  'system-docker': 'system-docker.log',
  syslog: 'messages'
} as const

export function createLogs({ host, files, folder, wants, uptime, now }: LogsParts): Logs {
  const services = (): ReadonlyMap<string, ContainerSpec> =>
    new Map(
      [...wants().values()].flatMap(({ key, spec }): [string, ContainerSpec][] => {
        if (!key.startsWith('container/')) return []
        const container = spec as ContainerSpec // by its key
        return container.run === 'volumes' ? [] : [[container.name, container]]
      })
    )

  /** The document may name another file, to which System Docker turns when it starts. */
  const engineFiles = (): readonly string[] => {
    const usual = `${folder}/${FILES['system-docker']}`
    const spec = wants().get('engine/system')?.spec as Spec<'engine'> | undefined // by its key
    return [...new Set([usual, spec?.log ?? usual])]
  }

  const sources = () => [...new Set([...SYSTEM_LOGS, ...services().keys()])].toSorted()

  const streamsOf = (name: string, options: LogOptions): readonly LogStream[] => {
    const booted = now() - uptime()
    const { since, tail, follow, signal } = options
    const read = (lines: AsyncIterable<string | null>, reader: (text: string) => Line) =>
      entries(name, lines, reader, since, tail)
    const from = { since, follow, signal }
    const file = (path: string) => files.lines(`${folder}/${path}`, from)
    const service = services().get(name)
    const own: LogStream[] = []
    if (name === 'agent') own.push(read(file(FILES.agent), agentLine))
    if (name === 'boot') own.push(read(file(FILES.boot), bootLine(booted)))
    // The line with the time may lie before the tail.
    if (name === 'bootcmd' || name === 'network-hooks' || name === 'runcmd')
      own.push(entries(name, ofCommands(file(FILES[name]), since), commandLine, null, Number.POSITIVE_INFINITY))
    if (name === 'system-docker') own.push(...engineFiles().map((path) => read(files.lines(path, from), engineLine)))
    if (name === 'syslog') own.push(without(read(file(FILES.syslog), syslogLine(now)), booted))
    if (name === 'kernel') own.push(read(files.kernel(from), kernelLine(booted)))
    return service === undefined ? own : [...own, containerLog(host.docker[service.scope], name, options)]
  }

  return {
    sources,
    read(names, options) {
      const all = sources()
      for (const name of names) {
        if (all.includes(name)) continue
        const near = suggest(name, all)
        const hint = near === null ? '' : `, did you mean '${near}'?`
        throw new Refusal('ROS_API_NO_LOG', `there is no log of '${name}'${hint}; there are: ${all.join(', ')}`)
      }
      const chosen = names.length === 0 ? all : [...new Set(names)]
      return merged(
        chosen.flatMap((name) => streamsOf(name, options)),
        options
      )
    }
  }
}

/** A line without a time has that of the one before it. */
async function* entries(
  source: string,
  lines: AsyncIterable<string | null>,
  reader: (text: string) => Line,
  since: string | null,
  tail: number
): LogStream {
  let at: string | null = null
  const entryOf = (text: string): LogEntry => {
    const line = reader(text)
    at = line.at ?? at
    return { source, ...line, at }
  }
  const open = lines[Symbol.asyncIterator]()
  try {
    // Of the lines before the tail nothing is read but their ends.
    for await (const text of last(untilNow(open), since === null ? tail : Number.POSITIVE_INFINITY)) {
      const entry = entryOf(text)
      if (isSince(entry, since)) yield entry
    }
    yield null
    for (let next = await open.next(); next.done !== true; next = await open.next())
      if (next.value !== null) yield entryOf(next.value)
  } finally {
    await open.return?.()
  }
}

async function* untilNow(open: AsyncIterator<string | null>): AsyncGenerator<string, void, undefined> {
  for (let next = await open.next(); next.done !== true && next.value !== null; next = await open.next())
    yield next.value
}

/** The log daemon's without what `kernel` tells: the kernel's own of this boot. */
async function* without(stream: LogStream, booted: number): LogStream {
  for await (const entry of stream) {
    const kernels = entry !== null && entry.priority < 8 && entry.line.startsWith('kernel: ')
    if (!kernels || Date.parse(entry.at ?? '') < booted) yield entry
  }
}
