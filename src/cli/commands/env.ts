import type { Context } from '../command.ts'
import { EXIT, Failure, messageOf } from '../failure.ts'
import { print } from '../print.ts'

/** Becomes COMMAND with the document's environment below the process's own. */
export async function run(context: Context): Promise<number> {
  const { client, io, args, json } = context
  const { value } = await client.call<{ readonly value: unknown }>('/v1/config', {
    query: { key: 'rancher.environment' }
  })
  const env = { ...texts(value), ...texts(io.env) }
  if (json) {
    print(context, env, () => '')
    return EXIT.done
  }
  const [name = ''] = args
  const file = findProgram(name, env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin')
  if (file === null) throw new Failure(127, `${name}: command not found`)
  try {
    process.execve?.(file, [...args], env)
  } catch (error) {
    throw new Failure(126, `${name}: ${messageOf(error)}`)
  }
  throw new Failure(EXIT.failed, `${name} could not be started: this Node.js has no execve`)
}

function texts(value: unknown): Record<string, string> {
  const pairs = Object.entries(value ?? {}).filter(([, text]) => text !== undefined && text !== null)
  return Object.fromEntries(pairs.map(([name, text]) => [name, String(text)]))
}

/** As the shell finds it. */
function findProgram(name: string, path: string): string | null {
  const { accessSync, constants, statSync } = process.getBuiltinModule('node:fs')
  const candidates = name.includes('/') ? [name] : path.split(':').map((folder) => `${folder || '.'}/${name}`)
  const found = candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return statSync(file).isFile()
    } catch {
      return false
    }
  })
  return found ?? null
}
