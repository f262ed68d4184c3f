import t from 'tap'
import { openLedger } from '../../src/agent/ledger.ts'
import type { TextFile } from '../../src/agent/kept-file.ts'
import { kinds as all } from '../../src/kinds/index.ts'
import { memory } from '../support/loop.ts'
import { modelKind, registry, spec, want } from '../support/model.ts'

const kinds = registry(modelKind(new Map()))

/** A file that holds `text` and refuses writes while `full`. */
function file(text: string | null) {
  const state = { text, full: false }
  const kept: TextFile = {
    read: async () => state.text,
    write: async (next) => {
      if (state.full) throw new Error('ENOSPC: no space left on device, write')
      state.text = next
    }
  }
  return { state, kept }
}

t.test('what was written before counts until its successor is seen', async (t) => {
  const { state, kept } = file(null)
  const ledger = await openLedger(kinds, { brief: kept, lasting: memory() })
  await ledger.intend(want('a', '1'), { id: '0' })
  t.same(JSON.parse(state.text ?? ''), [{ key: 'image/a', spec: spec('1'), needs: [], before: { id: '0' } }])
  await ledger.claim([{ want: want('a', '1'), seen: { id: '1' } }])
  await ledger.intend(want('a', '2'), { id: '1' })
  const entry = { key: 'image/a', spec: spec('1'), needs: [], before: { id: '0' }, next: spec('2') }
  t.same(JSON.parse(state.text ?? ''), [entry])
  const later = await openLedger(kinds, { brief: kept, lasting: memory() })
  t.same(later.owned.get('image/a'), entry, 'also for the agent after this one')
  await later.claim([{ want: want('a', '2'), seen: { id: '2' } }])
  t.same(JSON.parse(state.text ?? ''), [{ key: 'image/a', spec: spec('2'), needs: [], before: { id: '0' } }])
})

t.test('no deed begins before its intent is on the disk, also at the second try', async (t) => {
  const { state, kept } = file(null)
  const ledger = await openLedger(kinds, { brief: kept, lasting: memory() })
  state.full = true
  await t.rejects(ledger.intend(want('a', '1'), null), /ENOSPC/)
  await t.rejects(ledger.intend(want('a', '1'), null), /ENOSPC/)
  state.full = false
  await ledger.intend(want('a', '1'), null)
  t.match(state.text, '"image/a"')
  state.full = true
  await t.rejects(ledger.release(['image/a']), /ENOSPC/)
  state.full = false
  await ledger.release([])
  t.equal(state.text, '[]')
})

t.test('of a damaged file what can be read counts, and the damage is told', async (t) => {
  const good = { key: 'image/a', spec: spec('1'), needs: ['image/b'], before: null }
  const table: readonly (readonly [text: string, keys: readonly string[], told: RegExp | null])[] = [
    ['', [], /brief ledger of what rosd made is damaged: Unexpected end of JSON/],
    [JSON.stringify([good]).slice(0, -9), [], /damaged/],
    ['\0'.repeat(64), [], /damaged/],
    ['{}', [], /no list/],
    ['null', [], /no list/],
    [JSON.stringify([good, null, 5, [], {}, 'image/c']), ['image/a'], /5 of 6 entries/],
    [JSON.stringify([{ ...good, key: 'noslash' }, good]), ['image/a'], /1 of 2/],
    [JSON.stringify([{ ...good, spec: null }]), [], /1 of 1/],
    [JSON.stringify([{ ...good, needs: 'image/b' }]), [], /1 of 1/],
    [JSON.stringify([{ ...good, before: 'x' }]), [], /1 of 1/],
    [JSON.stringify([good]), ['image/a'], null]
  ]
  for (const [text, keys, told] of table) {
    const said: string[] = []
    const ledger = await openLedger(kinds, { brief: file(text).kept, lasting: memory() }, (line) => said.push(line))
    t.same([...ledger.owned.keys()], keys, text)
    if (told === null) t.same(said, [], text)
    else t.match(said.join(), told, text)
  }
})

t.test('entries of kinds that another version knows stay in the file they are in', async (t) => {
  const strange = { key: 'vlan/eth0.5', spec: { id: 5 }, needs: [], before: null }
  const lasting = file(JSON.stringify([strange]))
  const ledger = await openLedger(all, { brief: memory(), lasting: lasting.kept })
  t.same([...ledger.owned.keys()], [])
  const key = { keys: ['k'], home: '/home/rancher', uid: 1100, gid: 1100 }
  await ledger.claim([{ want: { key: 'ssh-key/rancher', spec: key, needs: [], from: '' }, seen: null }])
  t.same(JSON.parse(lasting.state.text ?? '')[0], strange)
  await ledger.release(['ssh-key/rancher'])
  t.same(JSON.parse(lasting.state.text ?? ''), [strange])
})
