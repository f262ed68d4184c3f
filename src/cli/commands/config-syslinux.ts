import type { Context } from '../command.ts'
import { openEditor } from '../editor.ts'
import { EXIT, Failure } from '../failure.ts'
import { print } from '../print.ts'

/** The boot loader's settings, where RancherOS kept them. */
const settings = '/boot/global.cfg'

export function run(context: Context): Promise<number> {
  return editSettings(context, settings)
}

/** Opens the editor on the boot loader's settings, where there are some. */
export async function editSettings(context: Context, file: string): Promise<number> {
  const before = await context.io.read(file).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(
      EXIT.failed,
      error.code === 'ENOENT'
        ? `${file} is not there: this machine was not started by a boot loader of its own, so whoever starts it gives the kernel command line`
        : `${file} could not be read: ${error.message}`
    )
  })
  await openEditor(context.io, file)
  const changed = (await context.io.read(file)) !== before
  print(context, { file, changed }, () => (changed ? `${file} counts from the next boot\n` : 'nothing changed\n'))
  return EXIT.done
}
