// The part of a plan that is the network, and what of it is on the way its reader came.
import type { PlanView } from '../api/view.ts'
import { NETWORK_KINDS } from '../core/network-kinds.ts'
import type { OperatorPath } from '../core/operator-path.ts'
import { type Key, kindOf, nameOf } from '../core/resource.ts'

/** Kinds that are on every way. */
const COMMON: ReadonlySet<string> = new Set(['rule', 'resolver', 'firewall', 'route'])

/** Without what is no part of the network; its hash stays the whole plan's. */
export function networkPart(plan: PlanView): PlanView {
  const of = ({ key }: { readonly key: Key }) => NETWORK_KINDS.has(kindOf(key))
  const { actions, waiting, left } = plan
  return { ...plan, actions: actions.filter(of), waiting: waiting.filter(of), left: left.filter(of) }
}

/** Keys of actions on the links of a path, or on what every path hangs on. */
export function onPath({ actions }: PlanView, { links }: OperatorPath): readonly Key[] {
  const names = new Set(links.map(({ name }) => name))
  return actions
    .map(({ key }) => key)
    .filter((key) => {
      const parts = nameOf(key).split(':')
      return COMMON.has(kindOf(key)) || names.has(parts[0] ?? '') || names.has(parts[1] ?? '')
    })
}
