import t from 'tap'
import { contest } from '../../src/core/contest.ts'
import { desiredOf } from '../support/desired.ts'

t.test('entries that are for a card by its place and its driver contend, too', async (t) => {
  const interfaces = { 'driver=virtio_net': {}, 'pci=0000:00:*': {}, eth0: {}, 'driver=e1000': {} }
  const desired = desiredOf({ rancher: { network: { interfaces } } })
  const eth0 = { name: 'eth0', mac: '', kind: '', driver: 'virtio_net', pci: '0000:00:03.0' }
  t.same(
    contest(desired, eth0).map(({ selects, wins, why }) => [selects, wins, why]),
    [
      ['PCI pattern 0000:00:*', true, 'a PCI pattern comes first of those that select it'],
      ['name eth0', false, 'a PCI pattern goes before a name'],
      ['driver virtio_net', false, 'a PCI pattern goes before a driver']
    ]
  )
})
