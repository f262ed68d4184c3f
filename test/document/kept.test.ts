import t from 'tap'
import { byHand, changedNames, keptOf, sameTexts, withByHand, withKept } from '../../src/document/kept.ts'
import type { Layer, LayerKind } from '../../src/document/layers.ts'
import { layer } from './support.ts'

/** `user:a conf:b`: layers of these kinds with these texts. */
function layers(text: string): readonly Layer[] {
  return text.split(' ').flatMap((word) => {
    const [kind, body = ''] = word.split(':')
    return kind === '' ? [] : [layer(kind as LayerKind, body)] // written below
  })
}

const shown = (all: readonly Layer[]) => all.map(({ kind, text }) => `${kind}:${text}`).join(' ')

const NOW = 'image:i lease:l machine:m conf:c user:u metadata:d cmdline:k arguments:g'

t.test('what people and programs change takes its place among what comes with each boot', (t) => {
  t.equal(shown(keptOf(layers(NOW))), 'machine:m conf:c user:u metadata:d')
  t.equal(shown(byHand(layers(NOW))), 'conf:c user:u')
  const cases = [
    [NOW, 'machine:M conf:C user:U', 'image:i lease:l machine:M conf:C user:U cmdline:k arguments:g'],
    [NOW, '', 'image:i lease:l cmdline:k arguments:g'],
    ['image:i cmdline:k', 'user:U', 'image:i user:U cmdline:k'],
    ['image:i', 'user:U', 'image:i user:U'],
    ['cmdline:k', 'user:U', 'user:U cmdline:k'],
    ['user:u', 'machine:M user:U', 'machine:M user:U']
  ] as const
  for (const [now, kept, want] of cases) t.equal(shown(withKept(layers(now), layers(kept))), want, `${kept} in ${now}`)
  t.end()
})

t.test('an undo leaves what the machine wrote for itself', (t) => {
  const cases = [
    [
      NOW,
      'machine:M conf:C user:U metadata:D',
      'image:i lease:l machine:m conf:C user:U metadata:d cmdline:k arguments:g'
    ],
    [NOW, 'machine:M', 'image:i lease:l machine:m metadata:d cmdline:k arguments:g'],
    ['image:i cmdline:k', 'machine:M user:U', 'image:i user:U cmdline:k']
  ] as const
  for (const [now, old, want] of cases) t.equal(shown(withByHand(layers(now), layers(old))), want, `${old} in ${now}`)
  t.end()
})

t.test('which texts differ', (t) => {
  t.ok(sameTexts(layers('conf:c user:u'), layers('conf:c user:u')))
  t.notOk(sameTexts(layers('conf:c user:u'), layers('user:u')))
  t.strictSame(changedNames(layers('conf:c user:u'), layers('user:U')), ['cloud-config.d/10.yml', 'cloud-config.yml'])
  t.strictSame(changedNames([], layers('user:u')), ['cloud-config.yml'])
  t.end()
})
