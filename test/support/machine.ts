// A machine for tests, and the few things every test of one does: commands as root, ros as JSON, waiting with a deadline.
import type { Status } from '../../src/core/condition.ts'
import { type Machine, startMachine } from '../../src/vm/machine.ts'
import type { MachineOptions } from '../../src/vm/options.ts'
import { until } from './loop.ts'

export interface TestMachine {
  readonly machine: Machine
  /** A shell line as root on the machine; rejects on a non-zero exit. */
  root(line: string): Promise<string>
  /** Exit code and both outputs together, whatever the exit. */
  tried(line: string): Promise<{ readonly code: number; readonly text: string }>
  /** A `ros` command with --json. */
  json<T>(args: string): Promise<T>
  write(path: string, text: string): Promise<void>
  /** Writes cloud-config.yml and waits until the machine is as it says. */
  apply(text: string): Promise<void>
  resource(key: string): Promise<Status>
  until(what: string, probe: () => Promise<boolean>, seconds?: number): Promise<void>
}

export const USER_FILE = '/var/lib/rancher/conf/cloud-config.yml'

/** `patience`: by how much deadlines are longer than it takes on a quiet host. `shell`: what runs lines as root, if not an ssh for each. */
export async function testMachine(
  options: MachineOptions,
  patience = 4,
  shell?: (machine: Machine) => TestMachine['tried']
): Promise<TestMachine> {
  const machine = await startMachine({ fast: true, ...options })
  const bySsh = async (line: string) => {
    const { code, stdout, stderr } = await machine.ssh(['sudo', 'sh', '-c', line], { timeout: 120_000 * patience })
    return { code, text: stdout + stderr }
  }
  const tried = shell?.(machine) ?? bySsh
  const root = async (line: string) => {
    const { code, text } = await tried(line)
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${text}`)
    return text
  }
  const write = async (path: string, text: string) => {
    const { code, stderr } = await machine.ssh(['sudo', 'sh', '-c', `cat > ${path}.new && mv ${path}.new ${path}`], {
      stdin: text
    })
    if (code !== 0) throw new Error(`${path} could not be written: ${stderr}`)
  }
  const json = async <T>(args: string) => {
    const text = await root(`ros ${args} --json`)
    try {
      return JSON.parse(text) as T
    } catch (cause) {
      throw new Error(`'ros ${args} --json' printed: ${text}`, { cause })
    }
  }
  // status exits 1 while the machine is Progressing; its body is the same.
  const generation = async () =>
    (JSON.parse((await tried('ros status --json')).text) as { generation: number }).generation
  return {
    machine,
    tried,
    root,
    json,
    write,
    async apply(text) {
      const before = await generation()
      await write(USER_FILE, text)
      await until(async () => (await generation()) > before, 20_000 * patience, 'a new generation')
      await root(`ros wait --timeout ${30 * patience}`)
      // What was changed over ssh before may still wait; a file edited by hand confirms nothing.
      await tried('ros confirm')
    },
    resource: (key) => json<Status>(`get ${key}`),
    until: (what, probe, seconds = 20) => until(probe, seconds * 1000 * patience, what)
  }
}

export function ready(status: Status): boolean {
  return status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')
}
