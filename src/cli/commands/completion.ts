import type { Context } from '../command.ts'
import { scripts } from '../completion.ts'
import { usage } from '../parse.ts'
import { print } from '../print.ts'
import { EXIT } from '../failure.ts'

export async function run(context: Context): Promise<number> {
  const [shell = ''] = context.args
  const script = scripts[shell]
  if (script === undefined)
    throw usage(`there is no completion for ${shell}; SHELL is bash, fish or zsh`, 'ros completion --help')
  print(context, { shell, script }, () => script)
  return EXIT.done
}
