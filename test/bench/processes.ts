// Memory as the machine's kernel counts it, read by the machine's own small tools so that looking costs almost nothing.
import type { TestMachine } from '../support/machine.ts'

/** One process. Sizes in kB. */
export interface Process {
  readonly pid: number
  readonly command: string
  /** Resident, shared pages counted in full. */
  readonly rss: number
  /** Of it what belongs to no file: heaps and stacks. */
  readonly anonymous: number
  /** Resident, shared pages divided among those who share them: these add up. */
  readonly share: number
}

/** Processes that belong together. */
export interface Group {
  readonly name: string
  readonly processes: readonly Process[]
}

/** By first match on the command line; `ours` first, for PID 1 is a node like any other. */
const groups: readonly (readonly [string, (process: Process) => boolean])[] = [
  ['agent (PID 1)', ({ pid }) => pid === 1],
  ['System Docker: dockerd', ({ command }) => /dockerd .*system-docker/.test(command)],
  ['System Docker: containerd', ({ command }) => /^\S*containerd .*system-docker/.test(command)],
  ['User Docker: dockerd', ({ command }) => /^\S*dockerd /.test(command)],
  ['User Docker: containerd', ({ command }) => /^\S*containerd /.test(command)],
  ['containerd shims', ({ command }) => /containerd-shim/.test(command)],
  ['services and console', () => true]
]

const script = `
for at in /proc/[0-9]*; do
  line=$(tr '\\0\\n' '  ' < $at/cmdline) && [ -n "$line" ] || continue
  printf 'process %s %s\\n' \${at#/proc/} "$line"
  grep -hE '^(VmRSS|RssAnon|Pss):' $at/status $at/smaps_rollup
done 2>/dev/null
true`

/** All processes with memory of their own, without those that were started for looking. */
export async function processes({ root }: TestMachine): Promise<readonly Process[]> {
  return parseProcesses(await root(script)).filter(
    ({ command }) => !/smaps_rollup|\bsshd-session\b|^sshd: rancher/.test(command)
  )
}

/** The script's output. */
export function parseProcesses(text: string): readonly Process[] {
  return text
    .split(/^process /m)
    .slice(1)
    .map((block) => {
      const [head = '', ...lines] = block.trimEnd().split('\n')
      const [, pid = '0', command = ''] = /^(\d+) (.*)$/.exec(head) ?? []
      const of = (name: string) => Number(/\d+/.exec(lines.find((line) => line.startsWith(`${name}:`)) ?? '')?.[0] ?? 0)
      return { pid: Number(pid), command: command.trim(), rss: of('VmRSS'), anonymous: of('RssAnon'), share: of('Pss') }
    })
    .filter((process) => process.rss > 0)
}

/** Every process in the one group it belongs to. */
export function grouped(all: readonly Process[]): readonly Group[] {
  const of = (process: Process) => groups.find(([, matches]) => matches(process))?.[0]
  return groups.map(([name]) => ({ name, processes: all.filter((process) => of(process) === name) }))
}

export function sum(list: readonly Process[], what: 'rss' | 'anonymous' | 'share'): number {
  return list.reduce((total, process) => total + process[what], 0)
}

/** kB the machine has and kB in use (MemTotal - MemAvailable). */
export async function machineMemory({ root }: TestMachine): Promise<{ readonly total: number; readonly used: number }> {
  const text = await root('cat /proc/meminfo')
  const of = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1])
  return { total: of('MemTotal'), used: of('MemTotal') - of('MemAvailable') }
}
