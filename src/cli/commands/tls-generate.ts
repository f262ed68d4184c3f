import type { EngineKeys } from '../../agent/engine-certificates.ts'
import { CLIENT_KEYS } from '../../core/client-keys.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { writeKeys } from '../key-folder.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, options } = context
  const server = options['server'] === true
  const folder = typeof options['dir'] === 'string' ? options['dir'] : server ? null : CLIENT_KEYS
  const hosts = typeof options['hostname'] === 'string' ? options['hostname'].split(',') : []
  const path = server ? '/v1/tls/server' : '/v1/tls/client'
  // The agent makes anew what it finds there, before it ends.
  const body = server
    ? { hosts }
    : folder === null
      ? {}
      : { folder: process.getBuiltinModule('node:path').resolve(folder) }
  const made = await client.call<EngineKeys>(path, { method: 'POST', body })
  if (folder !== null) await writeKeys(folder, filesOf(made, server))
  const kept = server ? 'the certificate of User Docker is new; it is kept in machine.yml' : ''
  const written = folder === null ? '' : `${folder}: ${Object.keys(filesOf(made, server)).join(', ')}`
  print(context, { dir: folder, server }, () =>
    [kept, written].flatMap((line) => (line === '' ? [] : [`${line}\n`])).join('')
  )
  return EXIT.done
}

function filesOf({ ca, certificate, key }: EngineKeys, server: boolean): Readonly<Record<string, string>> {
  return server
    ? { 'ca.pem': ca, 'server-cert.pem': certificate, 'server-key.pem': key }
    : { 'ca.pem': ca, 'cert.pem': certificate, 'key.pem': key }
}
