import t from 'tap'
import { pullTally } from '../../src/core/pull-tally.ts'

const A = 'a'.repeat(12)
const B = 'b'.repeat(12)

t.test('lines about layers become one about the whole', async (t) => {
  const tally = pullTally()
  const rows: readonly (readonly [status: string, layer: string, current: number, total: number, told: string])[] = [
    ['Pulling from app', '1', 0, 0, 'Pulling from app'],
    ['Pulling fs layer', A, 0, 0, '0 of 1 layers'],
    ['Already exists', B, 0, 0, '1 of 2 layers'],
    ['Downloading', A, 1_000_000, 4_000_000, '1 of 2 layers 25 % of 4.0 MB'],
    ['Retrying in 5 seconds', A, 0, 0, `1 of 2 layers, ${A}: retrying in 5 seconds`],
    ['Download complete', A, 0, 0, '1 of 2 layers 100 % of 4.0 MB'],
    ['Extracting', A, 32_768, 4_000_000, '1 of 2 layers 100 % of 4.0 MB'],
    ['Pull complete', A, 0, 0, '2 of 2 layers 100 % of 4.0 MB'],
    ['Status: Downloaded newer image for app:1', '', 0, 0, 'Status: Downloaded newer image for app:1']
  ]
  for (const [status, layer, current, total, told] of rows) t.equal(tally({ status, layer, current, total }), told)
})
