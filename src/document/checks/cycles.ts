import { circleIn, type Edge, orderOf } from '../../compose/order.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, wrong } from './finding.ts'

/** Of one knot this many circles are told; the rest are variations of them. */
const MOST = 10

/** Services that wait for each other in a circle. */
export function* cycles(data: CloudConfig): Iterable<Finding> {
  const { circles, loosened } = orderOf(data.rancher?.services ?? {})
  for (const circle of circles) {
    const [first] = circle
    if (first !== undefined) yield complaint(wrong, first, shown(circle), 'take one of these dependencies out')
  }
  for (const { knot, dropped } of loosened) {
    for (const edge of dropped.slice(0, MOST)) {
      const { from, to } = edge
      const result = from === to ? '' : `; \`${from}\` does not wait for \`${to}\``
      yield complaint(doubtful, edge, `${shown(circleIn(knot, edge))}${result}`, 'take one of these names out')
    }
  }
}

function complaint(make: typeof wrong, edge: Edge, circle: string, fix: string): Finding {
  const expected = 'services that wait for each other in one direction'
  const finding = make('ROS_DOC_CYCLE', placeOf(edge), `goes in a circle: ${circle}`, expected, fix)
  return { ...finding, at: edge.place[0] === 'depends_on' ? 'key' : 'value' }
}

function placeOf({ teller, place }: Edge): readonly (string | number)[] {
  return ['rancher', 'services', teller, ...place]
}

/** `a -> b -> a`; of a long one the beginning and the end. */
function shown(circle: readonly Edge[]): string {
  const names = [...circle.map(({ from }) => from), circle[0]?.from ?? '']
  return (names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names).join(' -> ')
}
