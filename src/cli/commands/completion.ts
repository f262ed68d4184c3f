import type { Context } from '../command.ts'
import { bashCompletion } from '../completion.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'
import { commands, groups } from '../table.ts'

export async function run(context: Context): Promise<number> {
  const [shell] = context.args
  if (shell !== 'bash') throw new Failure(EXIT.usage, `there is no completion for ${shell}; SHELL is bash`)
  const script = bashCompletion(commands, groups)
  print(context, { shell, script }, () => script)
  return EXIT.done
}
