// A network namespace on a machine reached by ssh: one shell in it runs everything, for starting ssh takes longer than what is run,
// and on an emulated machine so does every further process.
import { spawn } from 'node:child_process'
import type { RunResult } from '../../src/host/ports.ts'
import { sshArgv } from '../../src/vm/ssh.ts'
import type { TestMachine } from './machine.ts'
import type { NetworkPlace } from './network-machine.ts'

const NAME = 'trial'
const ERRORS = `/run/${NAME}.err`
/** Lines that no program prints: the end of what was said, with the exit code, and of the errors. */
const [SAID, DONE] = [`-- ${NAME} said`, `-- ${NAME} done`]

/** The namespace is made now and goes with `stop`. */
export async function namespaceOn({ machine }: Pick<TestMachine, 'machine'>): Promise<NetworkPlace> {
  const [program = '', ...argv] = sshArgv(machine)
  const shell = spawn(program, [...argv, 'sudo sh'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers: ((text: string) => void)[] = []
  let told = ''
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    for (let end = told.indexOf(`${DONE}\n`); end !== -1; end = told.indexOf(`${DONE}\n`)) {
      answers.shift()?.(told.slice(0, end))
      told = told.slice(end + DONE.length + 1)
    }
  })
  shell.once('close', () => answers.splice(0).forEach((answer) => answer('')))
  const ask = (lines: string) =>
    new Promise<string>((resolve) => {
      answers.push(resolve)
      shell.stdin.write(`${lines}\n`)
    })
  // One line: what follows it belongs to the inner shell.
  await ask(
    `ip netns add ${NAME} && ip netns exec ${NAME} sh -c 'echo "${DONE}"; exec sh'; ip netns delete ${NAME}; rm -f ${ERRORS}; exit`
  )
  return {
    async run(words, { input = '', check = true } = {}): Promise<RunResult> {
      const given = input === '' ? '</dev/null' : `<<'${DONE}'`
      const rest = input === '' ? '' : `${input.replace(/\n?$/, '\n')}${DONE}\n`
      const text = await ask(
        `${words.map(quoted).join(' ')} 2>${ERRORS} ${given}\n${rest}printf '\\n${SAID} %s\\n' $?; [ -s ${ERRORS} ] && cat ${ERRORS}; printf '\\n${DONE}\\n'`
      )
      const at = text.lastIndexOf(`\n${SAID} `)
      const [, code = '', stderr = ''] = /^(\d+)\n(.*)\n$/s.exec(text.slice(at + SAID.length + 2)) ?? []
      if (check && code !== '0') throw new Error(`${words.join(' ')} ended with ${code}: ${stderr}`)
      return { code: Number(code), stdout: text.slice(0, at), stderr }
    },
    look: null,
    stop() {
      shell.stdin.end()
    }
  }
}

function quoted(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
