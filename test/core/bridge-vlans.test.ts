import t from 'tap'
import { allPortVlans, portVlans, showVlans, vlanChanges } from '../../src/core/bridge-vlans.ts'

t.test('VLANs of a port as people write them', async (t) => {
  const tagged = { pvid: false, untagged: false }
  t.strictSame(portVlans('10'), { 10: tagged })
  t.strictSame(portVlans('20-22'), { 20: tagged, 21: tagged, 22: tagged })
  t.strictSame(portVlans('1 pvid untagged'), { 1: { pvid: true, untagged: true } })
  for (const entry of ['0', '4095', '20-10', '10-11 pvid', '10 native', '', 'ten'])
    t.equal(portVlans(entry), null, entry)
  t.equal(showVlans(allPortVlans([10, '11', '1 pvid untagged', '12 untagged'])), '1 pvid untagged, 10-11, 12 untagged')
  t.equal(showVlans({}), 'none')
})

t.test('only VLANs that differ are told to the kernel, and which side of the bridge has them', async (t) => {
  const seen = allPortVlans(['1 pvid untagged', '10'])
  const want = allPortVlans(['10', '20 pvid'])
  t.strictSame(vlanChanges('eth1', seen, want), [
    ['add', 'dev', 'eth1', 'vid', '20', 'pvid'],
    ['del', 'dev', 'eth1', 'vid', '1']
  ])
  t.strictSame(vlanChanges('br0', seen, want, true), [
    ['add', 'dev', 'br0', 'vid', '20', 'pvid', 'self'],
    ['del', 'dev', 'br0', 'vid', '1', 'self']
  ])
  t.strictSame(vlanChanges('eth1', seen, seen), [])
})
