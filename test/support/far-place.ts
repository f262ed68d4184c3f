// A network namespace on a machine reached by ssh: one shell there runs everything, for starting ssh takes longer than what is run.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RunResult } from '../../src/host/ports.ts'
import { sshArgv } from '../../src/vm/ssh.ts'
import type { TestMachine } from './machine.ts'
import type { NetworkPlace } from './network-machine.ts'

const NAME = 'trial'

/** The namespace is made now and goes with `stop`. */
export async function namespaceOn({ machine }: Pick<TestMachine, 'machine'>): Promise<NetworkPlace> {
  const [program = '', ...argv] = sshArgv(machine)
  const shell = spawn(program, [...argv, 'sudo sh'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: ((line: string) => void)[] = []
  createInterface({ input: shell.stdout }).on('line', (line) => answers.shift()?.(line))
  const ask = (line: string) =>
    new Promise<string>((resolve) => {
      answers.push(resolve)
      shell.stdin.write(`${line}\n`)
    })
  // Of the base64 that comes back neither half holds a space.
  const script =
    'ip netns exec "$NAME" "$@" </run/trial.in >/run/trial.out 2>/run/trial.err; echo "$? $(base64 /run/trial.out | tr -d "\\n").$(base64 /run/trial.err | tr -d "\\n")"'
  await ask(`NAME=${NAME}; ip netns add $NAME; run() { ${script}; }; echo ready`)
  return {
    async run(words, { input = '', check = true } = {}): Promise<RunResult> {
      const bytes = Buffer.from(input).toString('base64')
      const line = await ask(`echo '${bytes}' | base64 -d >/run/trial.in; run ${words.map(quoted).join(' ')}`)
      const [, code = '', out = '', err = ''] = /^(\d+) (.*)\.(.*)$/.exec(line) ?? []
      const [stdout, stderr] = [out, err].map((part) => Buffer.from(part, 'base64').toString()) as [string, string] // two of two
      if (check && code !== '0') throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`)
      return { code: Number(code), stdout, stderr }
    },
    look: null,
    stop() {
      shell.stdin.end(`ip netns delete ${NAME}; rm -f /run/trial.*\n`)
    }
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
