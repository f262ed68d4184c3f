// One shell of root for all that a test asks of an emulated machine, where starting ssh takes longer than what is run.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Machine } from '../../src/vm/machine.ts'
import { sshArgv } from '../../src/vm/ssh.ts'
import type { TestMachine } from './machine.ts'

/** Milliseconds a line may take; then its shell is ended. */
const LIMIT = 600_000

/** Runs lines one after the other. A new shell is opened where the last one has ended, as after a reboot. */
export function rootShell(machine: Machine): TestMachine['tried'] {
  let open: ReturnType<typeof openShell> | null = null
  let last: Promise<unknown> = Promise.resolve()
  return (line) => {
    const answer = last.then(() => {
      if (open === null || open.ended()) open = openShell(machine)
      return open.ask(line)
    })
    last = answer.catch(() => {})
    return answer
  }
}

function openShell(machine: Machine) {
  const [program = '', ...argv] = sshArgv(machine)
  const shell: ChildProcessWithoutNullStreams = spawn(program, [...argv, 'sudo sh'])
  shell.stdin.on('error', () => {}) // said by its end
  shell.stderr.resume()
  let waiting: ((line: string | null) => void) | null = null
  let ended = false
  createInterface({ input: shell.stdout }).on('line', (line) => waiting?.(line))
  shell.on('close', () => {
    ended = true
    waiting?.(null)
  })
  void machine.exited.then(() => shell.kill())
  return {
    ended: () => ended,
    ask: (line: string) =>
      new Promise<{ code: number; text: string }>((resolve) => {
        const timer = setTimeout(() => shell.kill(), LIMIT)
        waiting = (said) => {
          clearTimeout(timer)
          waiting = null
          const [, code = '255', text = ''] = /^(\d+) (.*)$/.exec(said ?? '') ?? []
          resolve({ code: Number(code), text: Buffer.from(text, 'base64').toString() })
        }
        // In base64 there and back: neither quotes nor ends of lines can be mistaken.
        const script = Buffer.from(line).toString('base64')
        shell.stdin.write(
          `echo ${script} | base64 -d >/run/line; sh /run/line </dev/null >/run/said 2>&1; echo "$? $(base64 /run/said | tr -d '\\n')"\n`
        )
        if (ended) waiting(null)
      })
  }
}
