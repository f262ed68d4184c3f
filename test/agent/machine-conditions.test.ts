import t from 'tap'
import { createStore, type State } from '../../src/agent/store.ts'
import type { ConditionType, Finding, Status } from '../../src/core/condition.ts'
import { conditionsOf } from '../../src/core/condition.ts'

const AT = '2026-01-01T00:00:00.000Z'
const LATER = '2026-01-01T00:01:00.000Z'

const status = (name: string, finding: Finding): Status => ({
  key: `sysctl/${name}`,
  from: '',
  observedGeneration: 1,
  conditions: conditionsOf(finding, [], AT),
  seen: null
})
const resources = (...all: readonly Status[]) => new Map(all.map((one) => [one.key, one]))
const settled = status('a', { is: 'settled', message: 'as it should be' })
const failed = status('b', { is: 'failed', reason: 'SysctlWrite', message: 'refused' })
const running = status('c', { is: 'running', message: 'update' })
const frozen = status('d', { is: 'left', reason: 'Frozen', message: 'frozen' })
const paused = status('e', { is: 'left', reason: 'Paused', message: 'paused' })
const there = { generation: 1, observedGeneration: 1 }
const document = createStore().value.document

/** `+` True, `-` False, `?` Unknown. */
function signs({ conditions }: State): string {
  const sign = { True: '+', False: '-', Unknown: '?' } as const
  return conditions.map(({ type, status: is }) => `${sign[is]}${type}`).join(' ')
}

t.test('the conditions of the machine', async (t) => {
  const pause = { reason: 'disk', at: AT, until: null }
  const cases: readonly (readonly [string, Parameters<ReturnType<typeof createStore>['next']>[0], string])[] = [
    ['nothing yet', {}, '?Ready -Progressing -Degraded -Drifted ?DocumentValid -NeedsReboot -Paused'],
    ['new', { generation: 1 }, '-Ready +Progressing -Degraded -Drifted +DocumentValid -NeedsReboot -Paused'],
    [
      'settled',
      { ...there, resources: resources(settled) },
      '+Ready -Progressing -Degraded -Drifted +DocumentValid -NeedsReboot -Paused'
    ],
    [
      'one fails, one runs',
      { ...there, resources: resources(failed, running) },
      '-Ready +Progressing +Degraded -Drifted +DocumentValid -NeedsReboot -Paused'
    ],
    [
      'one is frozen',
      { ...there, resources: resources(settled, frozen) },
      '+Ready -Progressing -Degraded +Drifted +DocumentValid -NeedsReboot -Paused'
    ],
    [
      'paused',
      { ...there, resources: resources(paused), paused: pause },
      '-Ready -Progressing -Degraded -Drifted +DocumentValid -NeedsReboot +Paused'
    ],
    [
      'refused, and something waits for a reboot',
      {
        ...there,
        document: { ...document, complaint: 'a typo', pending: [{ key: 'bootcmd', applies: 'reboot', place: 'x:1' }] }
      },
      '+Ready -Progressing -Degraded -Drifted -DocumentValid +NeedsReboot -Paused'
    ],
    [
      'metrics can not be served',
      { ...there, metrics: { listen: '127.0.0.1:9100', error: 'in use' } },
      '+Ready -Progressing -Degraded -Drifted +DocumentValid -NeedsReboot -Paused -MetricsServed'
    ]
  ]
  for (const [name, change, expected] of cases) {
    const store = createStore(() => AT)
    store.next(change)
    t.equal(signs(store.value), expected, name)
  }
})

t.test('what is said names the resources, three of them', async (t) => {
  const store = createStore(() => AT)
  const many = ['f', 'g', 'h', 'i', 'j'].map((name) => status(name, { is: 'failed', reason: 'X', message: '' }))
  store.next({ ...there, resources: resources(...many) })
  const say = (type: ConditionType) => store.value.conditions.find((one) => one.type === type)?.message
  t.equal(say('Degraded'), 'sysctl/f, sysctl/g, sysctl/h and 2 more')
  store.next({ paused: { reason: 'new disk', at: AT, until: LATER } })
  t.equal(say('Paused'), `new disk (until ${LATER})`)
})

t.test('a time changes with its status alone', async (t) => {
  let now = AT
  const store = createStore(() => now)
  store.next({ ...there, resources: resources(failed) })
  now = LATER
  store.next({ resources: resources(failed, status('z', { is: 'failed', reason: 'X', message: '' })) })
  const of = (type: ConditionType) => store.value.conditions.find((one) => one.type === type)
  t.match(of('Degraded'), { message: 'sysctl/b, sysctl/z', lastTransitionTime: AT })
  store.next({ resources: resources(settled) })
  t.match(of('Degraded'), { status: 'False', lastTransitionTime: LATER })
  const { conditions } = store.value
  store.next({ settled: true })
  t.equal(store.value.conditions, conditions, 'where nothing changed it is the same list')
})
