import { type Path, root, type Shape } from '../../../src/document/shape.ts'
import type { Fields, Value } from '../../../src/document/value.ts'
import type { Choices } from './choices.ts'

/** Stands wherever a secret is, and nowhere else: what is shown to people must not have it. */
export const marker = 'nobodysbusiness'

/** Text that a key of this name holds in real documents, so that most of what is drawn is accepted. */
const texts: Readonly<Record<string, readonly string[]>> = {
  address: ['10.0.0.2/24', '192.168.1.10/24', 'fd00::10/64'],
  addresses: ['10.0.0.2/24', '10.0.1.2/16', 'fd00::2/64'],
  command: ['serve --port 80', '', 'sh -c "echo hi"', "it's"],
  content: ['hello', 'one\ntwo\n', '', '  x\n', 'a: b\n# c\n\n'],
  cpus: ['0.5', '2'],
  devices: ['/dev/sda:/dev/sda', '/dev/null'],
  dns: ['10.0.0.1', 'fd00::1'],
  dns_search: ['example.org'],
  environment: ['A=b', 'B', 'C=${HOME}', 'D=$$x'],
  extra_hosts: ['db:10.0.0.5'],
  gateway: ['10.0.0.1', '192.168.1.1'],
  hostname: ['web-1', 'a'],
  image: ['nginx', 'registry.example.org:5000/a/b:1.2', 'alpine:3', 'a@sha256:'.padEnd(73, '0')],
  links: ['web', 'db:alias', 'constructor'],
  mounts: ['/dev/vdb', '/mnt', 'ext4', 'defaults', ''],
  name: ['x'],
  nameservers: ['9.9.9.9', '2620:fe::fe'],
  net: ['host', 'bridge', 'none', 'container:web', 'service:db'],
  network_mode: ['host', 'bridge', 'container:web', 'service:db'],
  path: ['/etc/motd', '/opt/a b', '/tmp/x'],
  permissions: ['0644', '0600', '755'],
  pid: ['host', 'container:web'],
  ports: ['80:80', '127.0.0.1:8080:80', '53:53/udp', '1000-1002:1000-1002', '443'],
  restart: ['always', 'no', 'on-failure:3', 'unless-stopped'],
  ssh_authorized_keys: [
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me',
    'github:rancher'
  ],
  tmpfs: ['/run', '/tmp:size=64m'],
  to: ['10.20.0.0/16', 'default', 'fd00:2::/64'],
  ulimits: ['1024'],
  user: ['root', '1000:1000'],
  via: ['10.0.0.1', 'fd00::1'],
  volumes: ['/srv:/srv', '/etc/x:/x:ro', '/data', '/var/run:/var/run'],
  volumes_from: ['web', 'db:ro', 'toString'],
  working_dir: ['/srv']
}
const anyText = ['a', 'b c', '1', '0644', 'yes', 'null', '1.10', 'x: y', '# x', "it's", '"q"', '- a', 'größer', 'a, b']
const names = [
  'web',
  'db',
  'eth0',
  'eth*',
  'a.b',
  'docker',
  'mac=52:54:00:12:34:56',
  'net.ipv4.ip_forward',
  'io.rancher.os.after',
  'io.rancher.os.scope',
  'constructor',
  'toString'
]
const integers = [1, 0, 80, 1500, 100, 65_535, -1]

/** What fits nowhere, or is what some program somewhere tripped over. */
const odd: readonly Value[] = [
  null,
  '',
  [],
  {},
  [null],
  [[]],
  { constructor: 1 },
  { toString: { valueOf: 1 } },
  { hasOwnProperty: 'x' },
  '.inf',
  2 ** 63,
  1e-7,
  true,
  'x'.repeat(2000),
  '\ud83d\udc27',
  '\u2028\u0085\u00a0',
  ' lead and trail ',
  '\n\n',
  '*star',
  '&and',
  '!bang',
  '%percent',
  '@at',
  '`tick`',
  '$private_ipv4 ${A} $$',
  '../../etc/passwd',
  '--',
  '=',
  '<<',
  ':'
]

/** A document of the schema: mostly one that is accepted. */
export function drawn(choices: Choices): Fields {
  const fields = map(root, choices, [], false)
  // The keys of rancher are most of the schema
  const rancher = root.is === 'map' ? root.keys?.['rancher'] : undefined
  return rancher === undefined ? fields : { ...fields, rancher: map(rancher, choices, ['rancher'], false) }
}

function value(shape: Shape, choices: Choices, path: Path, within: boolean): Value {
  const secret = within || shape.secret === true
  if (choices.once(90)) return secret ? [marker] : choices.of(odd)
  switch (shape.is) {
    case 'string':
      return secret ? marker : text(shape, choices, path)
    case 'integer':
      return choices.once(12) ? String(choices.of(integers)) : choices.of(integers)
    case 'boolean':
      return choices.of([true, false, true, false, 'yes', 'off'])
    case 'list': {
      const items = Array.from({ length: choices.number(4) }, (_, i) => value(shape.of, choices, [...path, i], secret))
      return shape.one === true && items[0] !== undefined && choices.once(3) ? items[0] : items
    }
    case 'map':
      if (shape.pairs === true && choices.once(4)) return [choices.of(['A=b', 'web', 'io.rancher.os.scope=system'])]
      return map(shape, choices, path, secret)
    case 'any':
      return shape.of.length === 0 ? 'x' : value(choices.of(shape.of), choices, path, secret)
  }
}

function text(shape: Shape & { readonly is: 'string' }, choices: Choices, path: Path): Value {
  if (shape.among !== undefined) return choices.of(shape.among)
  const key = path.findLast((step) => typeof step === 'string') ?? ''
  const known = Object.hasOwn(texts, key) ? (texts[key] ?? anyText) : shape.like === undefined ? anyText : [shape.like]
  return choices.once(40) ? choices.of(anyText) : choices.of(known)
}

function map(shape: Shape, choices: Choices, path: Path, secret: boolean): Fields {
  if (shape.is !== 'map') return {}
  const out: Record<string, Value> = {}
  const { keys = {}, rest } = shape
  const known = Object.keys(keys)
  const add = (key: string, child: Shape): void => {
    out[key] = value(child, choices, [...path, key], secret)
  }
  for (let count = known.length === 0 ? 0 : choices.number(5); count > 0; count--) {
    const key = choices.of(known)
    add(key, keys[key] ?? root)
  }
  if (rest !== undefined) for (let count = choices.number(3); count > 0; count--) add(choices.of(names), rest)
  for (const needed of ['image', 'path', 'to']) {
    const child = keys[needed]
    if (child !== undefined && !choices.once(40)) add(needed, child)
  }
  return out
}
