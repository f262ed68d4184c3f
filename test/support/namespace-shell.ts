// One shell that runs everything in a network namespace: it starts programs faster than this process, which is large, and over ssh
// or where the machine is emulated far faster than anything else.
import { spawn } from 'node:child_process'
import type { RunResult } from '../../src/host/ports.ts'
import type { RunOptions } from '../../src/host/linux/spawn.ts'

/** Lines that no program prints: the end of what was said, with the exit code, and of the errors. */
const [SAID, DONE] = ['-- said', '-- done']

export interface NamespaceShell {
  /** One after the other, in the order they are asked for. The word `eval` in front has the next run as a script. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>
  /** Ends it when all that was asked for is done. */
  stop(): void
}

/** Starts it by `argv`; `first` is a line for the shell, with which a shell follows that prints READY and is the one to ask. */
export async function namespaceShell(argv: readonly string[], first: string): Promise<NamespaceShell> {
  const [program = '', ...words] = argv
  const errors = `/run/rosd-shell-${process.pid}.err`
  const shell = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
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
  await ask(first)
  return {
    async run(asked, { input = '', check = true } = {}) {
      const given = input === '' ? '</dev/null' : `<<'${DONE}'`
      const rest = input === '' ? '' : `${input.replace(/\n?$/, '\n')}${DONE}\n`
      const text = await ask(
        `${asked.map(quoted).join(' ')} 2>${errors} ${given}\n${rest}printf '\\n${SAID} %s\\n' $?; [ -s ${errors} ] && cat ${errors}; printf '\\n${DONE}\\n'`
      )
      const at = text.lastIndexOf(`\n${SAID} `)
      const [, code = '255', stderr = 'the shell has ended'] =
        /^(\d+)\n(.*)\n$/s.exec(text.slice(at + SAID.length + 2)) ?? []
      if (check && code !== '0') throw new Error(`${asked.join(' ')} ended with ${code}: ${stderr}`)
      return { code: Number(code), stdout: text.slice(0, at), stderr }
    },
    stop: () => shell.stdin.end(`rm -f ${errors}\n`)
  }
}

/** What the first line has printed by the shell that is to be asked. */
export const READY = DONE

function quoted(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
