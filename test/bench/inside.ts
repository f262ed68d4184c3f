// Programs that run on the machine itself, by its own Node.js: no round trip of ssh lies in what they measure.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestMachine } from '../support/machine.ts'

/** Runs a file of test/bench/inside as root of the machine and returns the JSON it prints. */
export async function inside<T>({ machine }: TestMachine, name: string, args: readonly number[]): Promise<T> {
  const program = readFileSync(join(import.meta.dirname, 'inside', `${name}.ts`), 'utf8')
  const argv = ['sudo', '/usr/bin/node', '--input-type=module-typescript', '-', ...args.map(String)]
  const { code, stdout, stderr } = await machine.ssh(argv, { stdin: program })
  if (code !== 0) throw new Error(`${name} ended with ${code} on the machine: ${stderr}`)
  return JSON.parse(stdout) as T // printed by our own program
}
