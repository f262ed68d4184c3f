// What dockerd refuses of the arguments that stand in its file. A refused reload leaves the daemon with what it had; a refused start leaves none.
import { sortArguments, type Argument } from '../../core/engine-settings.ts'
import type { Path } from '../shape.ts'
import { type Finding, meant, quoted, wrong } from './finding.ts'

/** `path` is that of `extra_args`. `ours`: the file is rosd's; one of the user's may have runtimes that nobody sees here. */
export function* engineArguments(path: Path, extra: readonly string[], ours: boolean): Iterable<Finding> {
  const { given, rest } = sortArguments(extra)
  const labels = new Map<string, string>()
  for (const argument of given) {
    const at = [...path, argument.at]
    if (argument.value === null || argument.value === '') yield none(at, argument)
    else if (argument.is === 'switch') yield* aSwitch(at, argument.flag, argument.value)
    else if (argument.is === 'number') yield* aNumber(at, argument.flag, argument.value)
    else if (argument.flag === 'label') yield* aLabel(at, argument.value, labels)
    else if (argument.flag === 'default-runtime' && ours) yield* aRuntime(at, argument.value, addedRuntimes(rest))
    else if (argument.flag === 'registry-mirror') yield* aMirror(at, argument.value)
    else if (argument.flag === 'insecure-registry') yield* aRegistry(at, argument.value)
  }
}

export function* aMirror(path: Path, mirror: string): Iterable<Finding> {
  if (/^https?:\/\/[^/?#\s]+\/?$/.test(mirror)) return
  yield wrong(
    'ROS_DOC_NOTATION',
    path,
    `${quoted(mirror)} is no mirror`,
    'http:// or https:// and a host, without a path, for instance https://mirror.example.org',
    /^[\w.-]+(:\d+)?\/?$/.test(mirror) ? `write https://${mirror}` : 'correct it'
  )
}

export function* aRegistry(path: Path, registry: string): Iterable<Finding> {
  if (/^[^\s/]+(\/\d+)?$/.test(registry)) return
  yield wrong(
    'ROS_DOC_NOTATION',
    path,
    `${quoted(registry)} is no registry`,
    'a host with or without a port, or a network, for instance registry.lan:5000 or 10.0.0.0/8',
    /^https?:\/\/[^\s/]+\/?$/.test(registry)
      ? `write ${registry.replace(/^https?:\/\//, '').replace(/\/$/, '')}`
      : 'correct it'
  )
}

/** What a value looks like, for who left it out. */
const EXAMPLE: Readonly<Record<string, string>> = {
  'default-runtime': 'runc',
  'insecure-registry': 'registry.lan:5000',
  label: 'rack=7',
  'registry-mirror': 'https://mirror.example.org'
}

function none(path: Path, { flag, is }: Argument): Finding {
  const example = is === 'switch' ? 'true' : (EXAMPLE[flag] ?? '3')
  return wrong(
    'ROS_DOC_NOTATION',
    path,
    `--${flag} has no value`,
    `a value in the same item or in the one after it, for instance --${flag}=${example}`,
    'add the value, or remove the argument'
  )
}

/** As Go's strconv.ParseBool takes them. */
function* aSwitch(path: Path, flag: string, value: string): Iterable<Finding> {
  if (/^([01tTfF]|true|TRUE|True|false|FALSE|False)$/.test(value)) return
  yield wrong('ROS_DOC_NOTATION', path, `--${flag} can not be ${quoted(value)}`, 'true or false', 'write one of them')
}

function* aNumber(path: Path, flag: string, value: string): Iterable<Finding> {
  // Without a limit is a negative number, which only the timeout can be.
  const signed = flag === 'shutdown-timeout'
  const number = Number(value)
  if (/^-?(0|[1-9]\d*)$/.test(value) && Number.isSafeInteger(number) && (signed || number >= 0)) return
  yield wrong(
    'ROS_DOC_NOTATION',
    path,
    `--${flag} can not be ${quoted(value)}`,
    signed ? 'whole seconds, for instance 60; -1 waits for ever' : 'a whole number from 0 on, for instance 3',
    'correct the number'
  )
}

/** `seen` has the value of each label so far. */
function* aLabel(path: Path, label: string, seen: Map<string, string>): Iterable<Finding> {
  const [, name, value] = /^([^=]*)=(.*)$/s.exec(label) ?? []
  if (name === undefined || value === undefined)
    return yield wrong(
      'ROS_DOC_NOTATION',
      path,
      `${quoted(label)} is no label`,
      'NAME=value, for instance rack=7',
      `write --label=${label}=VALUE`
    )
  if (/^(com\.docker|io\.docker|org\.dockerproject)\./.test(name))
    return yield wrong(
      'ROS_DOC_NOTATION',
      path,
      `the label ${quoted(name)} is one of Docker’s own`,
      'a name outside of com.docker, io.docker and org.dockerproject',
      'take another name'
    )
  const before = seen.get(name)
  seen.set(name, value)
  if (before === undefined || before === value) return
  yield wrong(
    'ROS_DOC_CONFLICT',
    path,
    `the label ${quoted(name)} has two values, ${quoted(before)} and ${quoted(value)}`,
    'one value of each label',
    'remove one of them'
  )
}

function* aRuntime(path: Path, name: string, added: readonly string[]): Iterable<Finding> {
  // Any other name with dots in it is the one of a shim that containerd looks for when a container starts.
  if (name === 'runc' || added.includes(name) || /^[^./]+(\.[^./]+)+$/.test(name)) return
  const short = name.split('/').at(-1) ?? ''
  yield wrong(
    'ROS_DOC_TARGET',
    path,
    `there is no runtime ${quoted(name)}${meant(name, ['runc', ...added])}`,
    'runc, one of containerd as io.containerd.runsc.v1, or the name of an --add-runtime in the same list',
    `add --add-runtime=${short}=/PATH/OF/IT${short === name ? '' : ` and write its name, ${short}`}; or name another`
  )
}

/** `--add-runtime=NAME=PATH` and `--add-runtime NAME=PATH`. */
function addedRuntimes(rest: readonly string[]): readonly string[] {
  return rest.flatMap((word, at) => {
    const said = word === '--add-runtime' ? (rest[at + 1] ?? '') : /^--add-runtime=(.*)$/s.exec(word)?.[1]
    return said === undefined ? [] : [said.split('=')[0] ?? '']
  })
}
