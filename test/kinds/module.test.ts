import t from 'tap'
import type { Key } from '../../src/core/resource.ts'
import { module } from '../../src/kinds/module.ts'
import { conform } from '../support/conform.ts'
import { desiredOf } from '../support/desired.ts'
import { type Machine, machine } from '../support/fake-host.ts'

const signal = new AbortController().signal

/** A kernel with modules: modprobe knows `wireguard`, `nbd`, and `net-pf-10` by the name ipv6. */
function fake(): Machine {
  const real = new Map([
    ['wireguard', 'wireguard'],
    ['nbd', 'nbd'],
    ['net_pf_10', 'ipv6']
  ])
  const made = machine({
    files: {
      '/proc/modules': 'overlay 151552 3 - Live 0x0\nbr_netfilter 32768 0 - Live 0x0\n',
      '/proc/sys/kernel/osrelease': '6.12\n',
      '/lib/modules/6.12/modules.builtin': 'kernel/fs/ext4/ext4.ko\nkernel/drivers/block/virtio-blk.ko\n'
    },
    programs: {
      modprobe: (argv) => {
        const name = real.get(argv[1] ?? '')
        if (name === undefined)
          return {
            code: 1,
            stdout: '',
            stderr: `modprobe: FATAL: Module ${argv[1]} not found in directory /lib/modules/6.12\n`
          }
        if (!made.text('/proc/modules')?.includes(`${name} `))
          made.put('/proc/modules', `${made.text('/proc/modules')}${name} 1 0 - Live 0x0\n`)
        return 0
      }
    }
  })
  return made
}

t.test('modules conform; none is ever removed', async (t) => {
  const { host, snapshot, runs } = fake()
  const desired = desiredOf({
    rancher: { modules: ['wireguard', 'nbd nbds_max=16', 'net-pf-10', 'br-netfilter', 'ext4'] }
  })
  await conform(t, { kind: module, host, snapshot, desired, stays: 'a loaded module stays' })
  t.strictSame([...new Set(runs)], ['modprobe nbd nbds_max=16', 'modprobe net_pf_10', 'modprobe wireguard'])
})

t.test('loaded, built in and dash for underscore: all are there', async (t) => {
  const keys: Key<'module'>[] = [
    'module/overlay',
    'module/br_netfilter',
    'module/ext4',
    'module/virtio_blk',
    'module/nbd'
  ]
  const seen = await module.observe(fake().host, keys, signal)
  t.strictSame(
    [...seen],
    [
      ['module/overlay', { builtin: false }],
      ['module/br_netfilter', { builtin: false }],
      ['module/ext4', { builtin: true }],
      ['module/virtio_blk', { builtin: true }]
    ]
  )
})

t.test('a kernel without loadable modules has what it has', async (t) => {
  const seen = await module.observe(machine().host, ['module/overlay'], signal)
  t.strictSame(seen.get('module/overlay'), { builtin: true })
})

t.test('a module that does not exist is said once, by name', async (t) => {
  const action = {
    id: 'a',
    key: 'module/wiregard',
    verb: 'create',
    why: '',
    place: '',
    from: null,
    to: { params: '' },
    owned: null
  } as const
  await t.rejects(module.act(fake().host, { ...action, needs: [], after: [], behind: [] }, signal), {
    code: 'ROS_MODULE_LOAD',
    retry: 'never',
    message: /module wiregard could not be loaded: Module wiregard not found.*check the name in rancher.modules/
  })
})
