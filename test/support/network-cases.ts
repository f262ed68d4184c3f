// Declared networks as cases: each is applied on a real kernel, verified with `ip -json`, put back where it was changed by
// hand, and taken away, after which everything is as before (network-play.ts). A case is a list item of test/kinds/networks/*.yml, or of
// test/e2e/networks/*.yml where the kernel of this machine may lack what it is made of.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { buildDocument } from '../../src/document/build.ts'
import { showProblem } from '../../src/document/problem.ts'
import { layer } from '../document/support.ts'
import type { Network } from './network-machine.ts'

/** What a network shows, and what led to it. */
export interface Stage {
  readonly network: Network
  /** The first plan, line by line; not given: any. */
  readonly plan?: readonly string[]
  /** All that `ip` was called with; not given: anything. */
  readonly changes?: readonly string[]
  /**
   * A command and what is in the list it prints, each a part of some entry. The command is words after `ip -json`, or `bridge -json …`;
   * one of any other program (`wg`, `ethtool`) prints text, and holds lines.
   */
  readonly shows?: Readonly<Record<string, readonly unknown[]>>
  /** Kernel parameters and their values. */
  readonly sysctl?: Readonly<Record<string, string>>
}

/** Something changed by hand. */
export interface Drift {
  /** One command, or a list of several: words of `ip`, or of one of PROGRAMS; behind ` < ` is what it reads. `write` writes that to a file. */
  readonly by: string | readonly string[]
  /** Keys of the document whose thing it changes: of an interface, or with `/` in front of all below rancher.network. */
  readonly of?: readonly string[]
  readonly plan: readonly string[]
  readonly changes?: readonly string[]
  /** The plan of the pass after it; not given: there is nothing more to do. */
  readonly later?: readonly string[]
  /** Links are made anew by it, and have other numbers. */
  readonly renews?: true
}

export interface NetworkCase extends Stage {
  readonly name: string
  /** Words of each `ip` that makes what is there before. */
  readonly given?: readonly string[]
  readonly drift?: readonly Drift[]
  /** Documents that follow the first, in turn. */
  readonly then?: readonly Stage[]
}

/** What a command of a case may begin with; any other is one of `ip`. */
const PROGRAMS: ReadonlySet<string> = new Set(['bridge', 'wg', 'ethtool', 'sysctl', 'nft', 'write'])

/** The program and its words. */
export function argvOf(command: string): readonly [program: string, ...words: readonly string[]] {
  const [first = '', ...words] = command.split(' ')
  return PROGRAMS.has(first) ? [first, ...words] : ['ip', first, ...words]
}

/** The cases of a file. */
export function networkCases(file: URL): readonly NetworkCase[] {
  const text = readFileSync(file, 'utf8')
  const cases = parse(text) as readonly NetworkCase[] // a table of our own
  if (cases.length === 0) throw new Error(`${file.pathname} has no cases`)
  return cases.map((one) => ({ ...read(one), ...(one.then === undefined ? {} : { then: one.then.map(read) }) }))
}

/** With its network as a document has it that was read and checked. */
function read<T extends Stage>(stage: T): T {
  const built = buildDocument([
    layer('user', `#cloud-config\n${JSON.stringify({ rancher: { network: stage.network } })}\n`)
  ])
  if (!built.ok) throw new Error(built.problems.map(showProblem).join('\n'))
  return { ...stage, network: built.document.data.rancher?.network ?? {} }
}
