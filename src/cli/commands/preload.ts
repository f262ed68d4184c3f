import { PRELOAD } from '../../core/preload.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { meansFile, type Placed, placeFile, placeImage } from '../preload-files.ts'
import { print } from '../print.ts'

const SOCKET = { system: '/run/system-docker.sock', user: '/run/docker.sock' } as const

/** The agent hears of what comes into the folders; that it is loaded is read of preload/user and preload/system. */
export async function run(context: Context): Promise<number> {
  const { args, options } = context
  if (args.length === 0) throw new Failure(EXIT.usage, 'name a FILE that `docker save` wrote, or an IMAGE')
  const scope = options['system'] === true ? 'system' : 'user'
  const folder = options['to'] === undefined ? PRELOAD[scope] : String(options['to'])
  const socket = options['docker'] === undefined ? SOCKET[scope] : String(options['docker'])
  const placed: Placed[] = []
  for (const word of args) {
    const one = await ((await meansFile(word)) ? placeFile(word, folder) : placeImage(word, folder, socket))
    placed.push(one)
    if (!context.json) print(context, one, () => lineOf(one))
  }
  if (context.json) print(context, { placed }, () => '')
  return EXIT.done
}

function lineOf({ file, images }: Placed): string {
  const what =
    images === null ? 'the engine will show' : images.length === 0 ? 'images without names' : images.join(', ')
  return `${file}: ${what}\n`
}
