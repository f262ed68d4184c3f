import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { print } from '../print.ts'

const SOCKET = '/var/run/docker.sock'
const PAUSE = 250

/** Asks the engine itself, so that scripts need not be root. */
export async function run(context: Context): Promise<number> {
  const { io, options } = context
  const socket = options['docker'] === undefined ? SOCKET : String(options['docker'])
  const limit = numberOption(context, 'timeout') ?? Number.POSITIVE_INFINITY
  const began = io.now()
  for (;;) {
    const ready = await ping(socket)
    if (ready) {
      print(context, { ready, socket }, () => '')
      return EXIT.done
    }
    if (io.signal.aborted) return 130
    if (io.now() - began + PAUSE > limit * 1000) {
      if (context.json) print(context, { ready, socket }, () => '')
      else io.err(`ros: Docker does not answer on ${socket} after ${limit} s\n`)
      return EXIT.unconverged
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
  }
}

function ping(socket: string): Promise<boolean> {
  const http = process.getBuiltinModule('node:http')
  return new Promise((resolve) => {
    const request = http.get(
      { socketPath: socket, path: '/_ping', headers: { host: 'localhost' }, timeout: 5_000 },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode === 200)
      }
    )
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
