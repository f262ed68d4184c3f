import t from 'tap'
import type { SwapEntry } from '../../src/host/ports.ts'
import { swap } from '../../src/kinds/swap.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { machine } from '../support/fake-host.ts'

const signal = new AbortController().signal

/** A machine with /dev/vdc, labelled SWAP, and /mnt/data/swapfile. */
function fake(inUse: readonly SwapEntry[] = []) {
  const areas = [...inUse]
  const devices = new Map([
    ['LABEL=SWAP', '/dev/vdc'],
    ['/dev/vdc', '/dev/vdc'],
    ['/mnt/data/swapfile', '/mnt/data/swapfile']
  ])
  const made = machine({
    programs: {
      swapon: (argv) => {
        const device = argv.at(-1) ?? ''
        if (device === '/mnt/data/swapfile')
          return { code: 255, stdout: '', stderr: 'swapon: /mnt/data/swapfile: read swap header failed' }
        areas.push({ device, priority: argv[1] === '-p' ? Number(argv[2]) : -2 })
        return 0
      },
      swapoff: (argv) => {
        areas.splice(
          areas.findIndex((area) => area.device === argv[1]),
          1
        )
        return 0
      }
    },
    parts: { mounts: { swaps: async () => areas, device: async (source) => devices.get(source) ?? null } }
  })
  return { ...made, areas }
}

t.test('swap areas conform', async (t) => {
  const { host, areas, runs } = fake()
  const desired = desiredOf({ mounts: [['LABEL=SWAP', 'none', 'swap', 'sw,pri=5']] })
  await conform(t, { kind: swap, host, desired, snapshot: () => [...areas] })
  t.strictSame(runs, ['swapon -p 5 /dev/vdc', 'swapoff /dev/vdc'])
})

t.test('an area that was in use before us stays in use', async (t) => {
  const { host, runs } = fake([{ device: '/dev/vdc', priority: -2 }])
  const [want] = [...swap.want(desiredOf({ mounts: [['/dev/vdc', '', 'swap', '']] }))]
  if (want === undefined) throw new Error('no want')
  const seen = (await swap.observe(host, [want.key], signal)).get(want.key) ?? null
  t.equal(swap.judge(want, seen, null), null)
  t.equal(swap.judge(null, seen, { ...want, before: seen }), null)
  t.match(swap.judge(null, seen, { ...want, before: null }), { verb: 'delete' })
  t.match(swap.judge({ ...want, spec: { priority: 7 } }, seen, null), { verb: 'replace', why: 'priority -2 -> 7' })
  t.strictSame(runs, [])
})

t.test('an area that was in use before us is given back as it was, also after a crash in between', async (t) => {
  const table: readonly (readonly [seen: readonly SwapEntry[], why: string | null, runs: readonly string[]])[] = [
    [[{ device: '/dev/vdc', priority: -3 }], null, []],
    [
      [{ device: '/dev/vdc', priority: 7 }],
      'no longer wanted: priority 7 -> -2',
      ['swapoff /dev/vdc', 'swapon /dev/vdc']
    ],
    [[], 'no longer wanted: in use again, as before', ['swapon /dev/vdc']]
  ]
  for (const [areas, why, expected] of table) {
    const { host, runs } = fake(areas)
    const [want] = [...swap.want(desiredOf({ mounts: [['/dev/vdc', '', 'swap', 'pri=7']] }))]
    if (want === undefined) throw new Error('no want')
    const owned = { ...want, before: { device: '/dev/vdc', priority: -2 } }
    const from = (await swap.observe(host, [want.key], signal)).get(want.key) ?? null
    t.equal(swap.judge(null, from, owned)?.why ?? null, why)
    const action = { id: 'a', key: want.key, verb: 'delete', why: '', place: '', from, to: null, owned } as const
    if (why !== null) await swap.act(host, { ...action, needs: [], after: [], behind: [] }, signal)
    t.strictSame(runs, expected)
  }
})

t.test('errors name the area', async (t) => {
  const table: readonly [string, { code: string; message?: RegExp; retry?: string }][] = [
    ['LABEL=NONE', { code: 'ROS_MOUNT_DEVICE', message: /swap LABEL=NONE is not there/ }],
    ['/mnt/data/swapfile', { code: 'ROS_MOUNT', message: /read swap header failed/ }]
  ]
  for (const [source, expected] of table) {
    for (const { key, spec } of swap.want(desiredOf({ mounts: [[source, '', 'swap', '']] }))) {
      const action = {
        id: 'a',
        key,
        verb: 'create',
        why: '',
        place: '',
        from: null,
        to: spec,
        owned: null,
        needs: [],
        after: []
      } as const
      await t.rejects(swap.act(fake().host, { ...action, behind: [] }, signal), expected)
    }
  }
})

t.test('a swap file needs the mount it lies on', async (t) => {
  const mounts = [
    ['LABEL=data', '/mnt/data', 'ext4', ''],
    ['/mnt/data/swapfile', '', 'swap', '']
  ]
  t.strictSame([...swap.want(desiredOf({ mounts }))][0]?.needs, ['mount//mnt/data'])
})
