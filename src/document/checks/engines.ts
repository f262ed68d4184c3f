import { ownsEngineFile } from '../../core/engine-settings.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, Engine } from '../types.gen.ts'
import { cidr } from './addresses.ts'
import { aMirror, aRegistry, engineArguments } from './engine-arguments.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'

/** Options of the engines that would keep one from starting, and the credentials they pull with. */
export function* engines(data: CloudConfig): Iterable<Finding> {
  const { docker, system_docker, bootstrap_docker, registry_auths } = data.rancher ?? {}
  for (const [name, engine] of Object.entries({ docker, system_docker, bootstrap_docker }))
    if (engine !== undefined) {
      yield* options(engine, ['rancher', name])
      const ours = ownsEngineFile(name === 'system_docker' ? 'system' : 'user', data)
      yield* engineArguments(['rancher', name, 'extra_args'], engine.extra_args ?? [], ours)
    }
  if (system_docker?.engine !== undefined)
    yield doubtful(
      'ROS_DOC_INERT',
      ['rancher', 'system_docker', 'engine'],
      'has no effect: System Docker is the image’s own',
      'rancher.docker.engine, which is about User Docker',
      'remove it'
    )
  if (system_docker?.userns_enabled === true)
    yield doubtful(
      'ROS_DOC_INERT',
      ['rancher', 'system_docker', 'userns_enabled'],
      'has no effect: containers of System Docker are the system itself',
      'rancher.docker.userns_enabled, which is about User Docker',
      'remove it'
    )
  for (const [name, { auth }] of Object.entries(registry_auths ?? {})) {
    if (auth === undefined || auth === '' || isAuth(auth)) continue
    yield {
      ...wrong(
        'ROS_DOC_NOTATION',
        ['rancher', 'registry_auths', name, 'auth'],
        'is not the base64 of a user, a colon and a password',
        'base64 of user:password, as `auths` of ~/.docker/config.json has it',
        'copy it again, or write `username` and `password` in its place'
      ),
      secret: true
    }
  }
}

function isAuth(text: string): boolean {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text.trim())) return false
  return Buffer.from(text, 'base64').indexOf(':') > 0
}

function* options(
  { bip, host, insecure_registry: insecure, registry_mirror: mirror, environment }: Engine,
  path: Path
): Iterable<Finding> {
  if (bip !== undefined && bip !== '') yield* cidr([...path, 'bip'], bip)
  for (const [at, socket] of (host ?? []).entries()) {
    if (/^(unix:\/\/\/\S+|tcp:\/\/\S*|fd:\/\/\S*|(\d+\.){3}\d+:\d+)$/.test(socket)) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'host', at],
      `${quoted(socket)} is nothing to listen on`,
      'unix:///PATH or tcp://ADDRESS:PORT',
      socket.startsWith('/') ? `write unix://${socket}` : 'correct it'
    )
  }
  if (mirror !== undefined && mirror !== '') yield* aMirror([...path, 'registry_mirror'], mirror)
  for (const [at, registry] of (insecure ?? []).entries())
    yield* aRegistry([...path, 'insecure_registry', at], registry)
  for (const [at, entry] of (environment ?? []).entries()) {
    if (/^[^\s=]+=/.test(entry)) continue
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'environment', at],
      `${quoted(entry)} sets no variable`,
      'NAME=value, for instance HTTPS_PROXY=http://proxy.example.org:3128',
      'write a name, `=` and a value'
    )
  }
}
