import { parseCidr } from '../../core/cidr.ts'
import { forwardTarget, ruleLines } from '../../core/firewall.ts'
import { holdsPorts, portSpan, type Sets, setNamed } from '../../core/firewall-match.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig, Firewall, FirewallRule } from '../types.gen.ts'
import { doubtful, type Finding, guesses, quoted, wrong } from './finding.ts'

const AT: Path = ['rancher', 'network', 'firewall']
/** NFTNL_UDATA_COMMENT_MAXLEN of nftables, less its end. */
const COMMENT_BYTES = 127

type Guess = (name: string) => string

/** Rules that nft would refuse, such as can fit nothing, and those that would lock the operator out. */
export function* firewall(data: CloudConfig): Iterable<Finding> {
  const given = data.rancher?.network?.firewall
  if (given === undefined) return
  const { sets = {}, masquerade = [], port_forwards = [] } = given
  const guess = guesses(() => Object.keys(sets))
  for (const [name, elements] of Object.entries(sets)) yield* set([...AT, 'sets', name], elements)
  for (const chain of ['input', 'forward'] as const)
    for (const [at, one] of (given[chain]?.rules ?? []).entries())
      yield* rule(one, [...AT, chain, 'rules', at], chain, sets, guess)
  for (const [at, { from }] of masquerade.entries())
    yield* addresses(from, [...AT, 'masquerade', at, 'from'], sets, guess)
  for (const [at, one] of port_forwards.entries()) {
    const path = [...AT, 'port_forwards', at]
    const faults = [
      ...addresses(one.from, [...path, 'from'], sets, guess),
      ...ports(one.port, [...path, 'port'], sets, guess),
      ...target(one.to, [...path, 'to'])
    ]
    yield* faults
    const family = forwardTarget(one.to)?.family
    const own = familiesOf(one.from, sets)
    if (faults.length === 0 && family !== undefined && own !== null && !own.has(family))
      yield noFamily([...path, 'to'], `\`from\` has no address of IPv${family}, which ${one.to} is of`)
  }
  yield* dockerNames(data, given)
  yield* ssh(data, given)
}

function* set(path: Path, elements: readonly string[]): Iterable<Finding> {
  const kinds = elements.map((element) =>
    portSpan(element) !== null ? 'port' : parseCidr(element) !== null ? 'address' : null
  )
  const expected = 'addresses and networks, or ports from 1 to 65535 and ranges of them'
  const at = kinds.indexOf(null)
  if (at !== -1)
    yield wrong(
      'ROS_DOC_ADDRESS',
      [...path, at],
      `${quoted(elements[at] ?? '')} is neither address nor port`,
      expected,
      'correct it'
    )
  else if (new Set(kinds).size > 1)
    yield {
      ...wrong('ROS_DOC_CONFLICT', path, 'holds both addresses and ports', expected, 'make two sets of it'),
      at: 'key'
    }
}

function* rule(
  given: FirewallRule,
  path: Path,
  chain: 'input' | 'forward',
  sets: Sets,
  guess: Guess
): Iterable<Finding> {
  const { from, to, port, protocol, comment = '', out } = given
  const faults = [
    ...addresses(from, [...path, 'from'], sets, guess),
    ...addresses(to, [...path, 'to'], sets, guess),
    ...ports(port, [...path, 'port'], sets, guess)
  ]
  yield* faults
  if (port !== undefined && (protocol === 'icmp' || protocol === 'icmpv6'))
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, 'port'],
      `${protocol} has no ports`,
      '`port` beside tcp or udp, or no `protocol`',
      'take one of them out'
    )
  if (out !== undefined && chain === 'input')
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, 'out'],
      'what comes to the machine goes out by no interface',
      '`in`, or a rule of `forward`',
      'take it out, or move the rule'
    )
  if (Buffer.byteLength(comment) > COMMENT_BYTES)
    yield wrong(
      'ROS_DOC_RANGE',
      [...path, 'comment'],
      'is too long',
      `at most ${COMMENT_BYTES} bytes`,
      'write it shorter'
    )
  if (faults.length === 0 && ruleLines(given, sets).length === 0)
    yield noFamily(path, 'fits nothing: its addresses and its protocol are not of one family')
}

function noFamily(path: Path, message: string): Finding {
  return wrong('ROS_DOC_CONFLICT', path, message, 'all of IPv4, or all of IPv6', 'correct one of them')
}

function* addresses(texts: readonly string[] | undefined, path: Path, sets: Sets, guess: Guess): Iterable<Finding> {
  if (yield* named(texts, path, sets, guess, 'addresses')) return
  for (const [at, text] of (texts ?? []).entries())
    if (parseCidr(text) === null)
      yield wrong(
        'ROS_DOC_ADDRESS',
        [...path, at],
        `${quoted(text)} is no address and no network`,
        '10.0.0.5, 10.0.0.0/8, fd00::/8, or @NAME of a set',
        'correct it'
      )
}

function* ports(texts: readonly string[] | undefined, path: Path, sets: Sets, guess: Guess): Iterable<Finding> {
  if (yield* named(texts, path, sets, guess, 'ports')) return
  for (const [at, text] of (texts ?? []).entries())
    if (portSpan(text) === null)
      yield wrong(
        'ROS_DOC_RANGE',
        [...path, at],
        `${quoted(text)} is no port`,
        'a port from 1 to 65535, a range from low to high such as 8000-8100, or @NAME of a set',
        'correct it'
      )
}

/** Whether the list names a set, and what is wrong with that. */
function* named(
  texts: readonly string[] | undefined,
  path: Path,
  sets: Sets,
  guess: Guess,
  wants: 'addresses' | 'ports'
): Generator<Finding, boolean> {
  const at = (texts ?? []).findIndex((text) => setNamed(text) !== null)
  const name = setNamed(texts?.[at] ?? '')
  if (texts === undefined || name === null) return false
  const elements = Object.hasOwn(sets, name) ? sets[name] : undefined
  if (texts.length > 1)
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, at],
      'a set stands alone',
      'one @NAME, or a list without any',
      'write another rule for the rest, or put all into the set'
    )
  if (elements === undefined)
    yield wrong(
      'ROS_DOC_TARGET',
      [...path, at],
      `there is no set ${quoted(name)}${guess(name)}`,
      'the name of a set of rancher.network.firewall.sets',
      'correct the name, or define the set'
    )
  else if (elements.length > 0 && holdsPorts(elements) !== (wants === 'ports'))
    yield wrong(
      'ROS_DOC_CONFLICT',
      [...path, at],
      `set ${quoted(name)} does not hold ${wants}`,
      `a set of ${wants}`,
      'name another set'
    )
  return true
}

function* target(to: string, path: Path): Iterable<Finding> {
  if (forwardTarget(to) !== null) return
  yield wrong(
    'ROS_DOC_ADDRESS',
    path,
    `${quoted(to)} is nowhere to lead to`,
    'ADDRESS or ADDRESS:PORT, for instance 10.0.0.5:8080 or [fd00::5]:8080',
    'correct it'
  )
}

function familiesOf(texts: readonly string[] | undefined, sets: Sets): ReadonlySet<4 | 6> | null {
  const name = setNamed(texts?.[0] ?? '')
  const elements = name === null ? texts : sets[name]
  if (elements === undefined || elements.length === 0) return null
  return new Set(elements.flatMap((element) => parseCidr(element)?.family ?? []))
}

/** `forward.containers` knows Docker's bridges by their names. */
function* dockerNames(data: CloudConfig, { forward }: Firewall): Iterable<Finding> {
  if ((forward?.policy ?? 'accept') === 'accept' || forward?.containers === false) return
  for (const key of Object.keys(data.rancher?.network?.interfaces ?? {}))
    if (key.startsWith('br-'))
      yield {
        ...doubtful(
          'ROS_DOC_CONFLICT',
          ['rancher', 'network', 'interfaces', key],
          'looks like a bridge of Docker, so the firewall lets through whatever comes from it',
          'a name that does not begin with br-',
          'rename it, or say `containers: false` in rancher.network.firewall.forward'
        ),
        at: 'key'
      }
}

/** Whether any rule lets somebody in to the machine's ssh server; whether it is the operator is not to be known from here. */
function* ssh(data: CloudConfig, { input, sets = {} }: Firewall): Iterable<Finding> {
  const { daemon, port = 22 } = data.rancher?.ssh ?? {}
  const { policy = 'accept', rules = [] } = input ?? {}
  if (daemon === false || policy === 'accept') return
  const spans = (texts: readonly string[]) => {
    const name = setNamed(texts[0] ?? '')
    return (name === null ? texts : (sets[name] ?? [])).map(portSpan)
  }
  const letsIn = rules.some(
    (one) =>
      one.action === 'accept' &&
      (one.protocol === undefined || one.protocol === 'tcp') &&
      (one.state === undefined || one.state.includes('new')) &&
      (one.port === undefined ||
        spans(one.port).some((span) => span !== null && span.first <= port && port <= span.last))
  )
  if (letsIn) return
  yield doubtful(
    'ROS_DOC_CONFLICT',
    [...AT, 'input', 'policy'],
    `no rule lets anybody in to the ssh server on port ${port}`,
    'a rule that accepts it',
    `add \`{action: accept, protocol: tcp, port: ${port}}\` to the rules, with \`from\` if not all may come`
  )
}
