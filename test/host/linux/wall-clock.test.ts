import t from 'tap'
import { createWallClock } from '../../../src/host/linux/wall-clock.ts'
import { until } from '../../support/loop.ts'

function clock() {
  const at = { now: 1_000_000 }
  const wall = createWallClock(() => at.now, 5)
  let rings = 0
  wall.rings.subscribe(() => {
    rings += 1
  })
  return { at, wall, rings: () => rings }
}

t.test('it ticks once when it is time, also where the clock is set to it', async (t) => {
  const { at, wall, rings } = clock()
  wall.ring('a', 1_060_000)
  wall.ring('b', 1_060_000)
  wall.ring('c', 9_000_000)
  at.now = 1_059_999
  wall.ring('d', 1_059_000)
  await until(() => rings() === 1)
  at.now = 1_060_000
  await until(() => rings() === 2)
  wall.ring('e', 1_000)
  await until(() => rings() === 3)
  t.equal(rings(), 3, 'two of one time are one tick, and what has ticked does not tick again')
})

t.test('only the newest time of a name counts', async (t) => {
  const { at, wall, rings } = clock()
  wall.ring('a', 1_000_001)
  wall.ring('a', 2_000_000)
  wall.ring('b', 1_000_001)
  wall.ring('b', null)
  at.now = 1_500_000
  wall.ring('c', 1_500_000)
  await until(() => rings() === 1)
  t.equal(rings(), 1)
  at.now = 1_000_000
  wall.ring('a', 1_000_000)
  await until(() => rings() === 2)
  t.equal(wall.now(), 1_000_000)
})
