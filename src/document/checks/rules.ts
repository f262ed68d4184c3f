import { rulesOf } from '../../core/rules.ts'
import type { CloudConfig } from '../types.gen.ts'
import { type Finding, quoted, wrong } from './finding.ts'

/** Policy rules: such as there can be, each once. */
export function* rules({ rancher }: CloudConfig): Iterable<Finding> {
  const taken = new Map<string, number>()
  for (const [at, entry] of (rancher?.network?.rules ?? []).entries()) {
    const path = ['rancher', 'network', 'rules', at]
    const found = rulesOf(entry)
    if (typeof found === 'string') {
      yield wrong(
        'ROS_DOC_CONFLICT',
        path,
        `this can be no rule: ${found}`,
        'a `priority`, addresses of one family, and a `table` by number or a `type` that refuses',
        'correct the entry'
      )
      continue
    }
    for (const { family, words } of found) {
      const text = `${family}:${words.join(' ')}`
      const other = taken.get(text)
      taken.set(text, other ?? at)
      if (other !== undefined)
        yield wrong(
          'ROS_DOC_DUPLICATE',
          path,
          `rule ${other + 1} says the same: ${quoted(words.join(' '))}`,
          'each rule once',
          'take one out, or give it another priority'
        )
    }
  }
}
