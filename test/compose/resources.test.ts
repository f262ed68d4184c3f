import t from 'tap'
import { resourceChanges, resourcesOf, resourceText, seenResources, updateBody } from '../../src/compose/resources.ts'

const none = resourcesOf({})

t.test('what an engine makes of a create body', async (t) => {
  t.strictSame(none, {
    memory: 0,
    memorySwap: 0,
    memoryReservation: 0,
    nanoCpus: 0,
    cpuShares: 0,
    cpuQuota: 0,
    cpuPeriod: 0,
    cpuset: '',
    pids: 0,
    restart: 'no'
  })
  t.match(resourcesOf({ Memory: 64 }), { memory: 64, memorySwap: 128 }, 'as much swap as memory')
  t.match(resourcesOf({ Memory: 64, MemorySwap: 0 }), { memorySwap: 128 })
  t.match(resourcesOf({ Memory: 64, MemorySwap: -1 }), { memorySwap: -1 })
  t.match(resourcesOf({ PidsLimit: -1, CpuQuota: -1, CpuPeriod: 100_000 }), { pids: 0, cpuQuota: 0, cpuPeriod: 0 })
  for (const [policy, restart] of [
    [{ Name: '' }, 'no'],
    [{ Name: 'no', MaximumRetryCount: 0 }, 'no'],
    [{ Name: 'on-failure', MaximumRetryCount: 0 }, 'on-failure'],
    [{ Name: 'on-failure', MaximumRetryCount: 3 }, 'on-failure:3']
  ] as const)
    t.equal(resourcesOf({ RestartPolicy: policy }).restart, restart)
})

t.test('what a kernel can not bound is not compared', async (t) => {
  t.strictSame(seenResources({ Memory: 0, MemorySwap: 0, PidsLimit: null }), { memory: 0, memorySwap: 0, pids: 0 })
  t.strictSame(seenResources({}), {})
  t.same(resourceChanges(resourcesOf({ Memory: 64, PidsLimit: 9 }), seenResources({ PidsLimit: 9 })), [])
})

t.test('an update says what closes the gap, in the words the engine understands', async (t) => {
  const table: readonly (readonly [object, object, object, string])[] = [
    [{ Memory: 2 ** 20 }, {}, { Memory: 2 ** 20, MemorySwap: 2 ** 21 }, 'memory unlimited -> 1 MiB'],
    [
      { Memory: 2 ** 20, MemorySwap: 1.5 * 2 ** 20 },
      { Memory: 2 ** 20, MemorySwap: 2 ** 21 },
      { Memory: 2 ** 20, MemorySwap: 1.5 * 2 ** 20 },
      'memory and swap 2 MiB -> 1536 KiB'
    ],
    [{}, { CpuQuota: 5000 }, { CpuQuota: -1 }, 'cpu quota 5000 µs -> unlimited'],
    [{}, { CpuPeriod: 5000 }, { CpuPeriod: 100_000 }, 'cpu period 5000 µs -> default'],
    [{}, { PidsLimit: 5 }, { PidsLimit: 0 }, 'processes 5 -> unlimited'],
    [{ Memory: 1001 }, { Memory: 1000 }, { Memory: 1001, MemorySwap: 2002 }, 'memory 1000 bytes -> 1001 bytes'],
    [
      {},
      { RestartPolicy: { Name: 'always' } },
      { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
      'restart always -> no'
    ],
    [
      { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 }, CpusetCpus: '0' },
      {},
      { CpusetCpus: '0', RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
      'cpuset unlimited -> 0, restart no -> on-failure:3'
    ]
  ]
  for (const [want, seen, body, text] of table) {
    const goal = resourcesOf({ ...want })
    const changes = resourceChanges(goal, resourcesOf({ ...seen }))
    t.strictSame([updateBody(goal, changes), resourceText(changes)], [body, text])
    t.ok(
      changes.every(({ live }) => live),
      text
    )
  }
  t.same(resourceChanges(none, none), [])
})

t.test('what an update can not say needs a new container', async (t) => {
  for (const [want, seen] of [
    [{}, { Memory: 64, MemorySwap: 128 }],
    [
      { Memory: 64, MemorySwap: -1 },
      { Memory: 64, MemorySwap: 128 }
    ],
    [{}, { MemoryReservation: 64 }],
    [{}, { NanoCpus: 1e9 }],
    [{ NanoCpus: 1e9 }, { CpuQuota: 5000 }],
    [{ CpuQuota: 5000 }, { NanoCpus: 1e9 }],
    [{}, { CpuShares: 512 }],
    [{}, { CpusetCpus: '0' }]
  ] as const)
    t.ok(
      resourceChanges(resourcesOf(want), resourcesOf(seen)).some(({ live }) => !live),
      JSON.stringify([want, seen])
    )
})
