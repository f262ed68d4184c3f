import { NotationError, words } from '../../compose/values.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { against, attempt, doubtful, type Finding, quoted } from './finding.ts'

/** Words that only a shell understands. */
const SHELL = /^([|&;<>]|&&|\|\||>>|[12]>(&[12])?|2>>)$/

/** Commands of the network and of its interfaces: split into words, and run without a shell. */
export function* hooks({ rancher }: CloudConfig): Iterable<Finding> {
  const { network = {} } = rancher ?? {}
  for (const key of ['pre_cmds', 'post_cmds'] as const) yield* commands(network[key], ['rancher', 'network', key])
  for (const [name, entry] of Object.entries(network.interfaces ?? {}))
    for (const key of ['pre_up', 'post_up'] as const)
      yield* commands(entry[key], ['rancher', 'network', 'interfaces', name, key])
}

function* commands(lines: readonly string[] | undefined, path: Path): Iterable<Finding> {
  for (const [at, line] of (lines ?? []).entries()) {
    const split = attempt(() => words(line))
    if (split instanceof NotationError) {
      yield against([...path, at], split, 'close the quote')
      continue
    }
    const sign = split.find((word) => SHELL.test(word))
    if (sign === undefined) continue
    yield doubtful(
      'ROS_DOC_NOTATION',
      [...path, at],
      `${quoted(sign)} is handed to ${quoted(split[0] ?? '')} as it is: no shell runs the command`,
      "one program and its arguments, for instance ip rule add iif $iface table 100, or sh -c '…'",
      `write sh -c '${line.replaceAll("'", `'\\''`)}'`
    )
  }
}
