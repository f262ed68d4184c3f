// Programs that run on the machine itself, by its own Node.js: no round trip of ssh lies in what they measure.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ran } from '../../src/vm/run.ts'
import type { TestMachine } from '../support/machine.ts'

/** Runs a file of test/bench/inside as root of the machine and returns the JSON it prints. */
export async function inside<T>(
  { machine }: TestMachine,
  name: string,
  args: readonly (number | string)[]
): Promise<T> {
  return answerOf(name, await machine.ssh(['sudo', ...argvOf(args)], { stdin: programOf(name) }))
}

/** The same beside PID 1, where its mounts and links are, not in the console. Machines of namespaces only. */
export async function beside<T>(
  { machine }: TestMachine,
  name: string,
  args: readonly (number | string)[]
): Promise<T> {
  return answerOf(name, await machine.nsenter(argvOf(args), { stdin: programOf(name) }))
}

function programOf(name: string): string {
  return readFileSync(join(import.meta.dirname, 'inside', `${name}.ts`), 'utf8')
}

function argvOf(args: readonly (number | string)[]): readonly string[] {
  return ['/usr/bin/node', '--input-type=module-typescript', '-', ...args.map(String)]
}

function answerOf<T>(name: string, { code, stdout, stderr }: Ran): T {
  if (code !== 0) throw new Error(`${name} ended with ${code} on the machine: ${stderr}`)
  return JSON.parse(stdout) as T // printed by our own program
}
