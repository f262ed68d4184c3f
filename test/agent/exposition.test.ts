import t from 'tap'
import { exposition } from '../../src/agent/exposition.ts'
import { createSpread, createTally } from '../../src/agent/tally.ts'
import { parseExposition } from '../support/exposition.ts'

t.test('the text format of Prometheus', async (t) => {
  const actions = createTally()
  actions.add({ kind: 'sysctl', outcome: 'done' })
  actions.add({ kind: 'sysctl', outcome: 'done' }, 2)
  actions.add({ kind: 'odd "one"\\\n', outcome: 'failed' })
  const seconds = createSpread([0.1, 1], [{}])
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe({}, value)
  const text = exposition([
    { name: 'a_total', help: 'How\noften.', type: 'counter', samples: actions.samples() },
    { name: 'b_seconds', help: 'How long.', type: 'histogram', series: seconds.series() },
    { name: 'nothing', help: 'Nothing.', type: 'gauge', samples: [] }
  ])
  t.equal(
    text,
    `# HELP a_total How\\noften.
# TYPE a_total counter
a_total{kind="sysctl",outcome="done"} 3
a_total{kind="odd \\"one\\"\\\\\\n",outcome="failed"} 1
# HELP b_seconds How long.
# TYPE b_seconds histogram
b_seconds_bucket{le="0.1"} 2
b_seconds_bucket{le="1"} 3
b_seconds_bucket{le="+Inf"} 4
b_seconds_sum 7.65
b_seconds_count 4
`
  )
  t.equal(parseExposition(text).get('a_total')?.samples[1]?.labels['kind'], 'odd "one"\\\n')
})

t.test('the strict reader of these tests refuses what is none', async (t) => {
  const head = '# HELP a_total x\n# TYPE a_total counter\n'
  const bad: readonly string[] = [
    `${head}a_total 1`,
    `${head}a_total{x=1} 1\n`,
    `${head}a_total{x="1"} one\n`,
    `${head}b_total 1\n`,
    `${head}a_total 1\na_total 2\n`,
    `${head}${head}a_total 1\n`,
    `# TYPE a_total counter\na_total 1\n`,
    '# HELP a x\n# TYPE a counter\na 1\n',
    '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n'
  ]
  for (const text of bad) t.throws(() => parseExposition(text), text)
})
