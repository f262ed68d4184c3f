import t from 'tap'
import { createAnnounced } from '../../src/agent/announced.ts'
import type { Author } from '../../src/core/author.ts'
import { layer } from '../document/support.ts'

const text = (words: string) => [layer('user', words)]
const command: Author = { how: 'api', who: 'ros config set', why: '' }

t.test('what was announced is its author’s, however often it is read', async (t) => {
  const { expect, of } = createAnnounced()
  expect(text('a'), command)
  t.equal(of(text('b')), undefined, 'what stood there before it was written')
  t.equal(of(text('a')), command)
  t.equal(of(text('a')), command)
})

t.test('the same words after others are somebody else’s', async (t) => {
  const { expect, of } = createAnnounced()
  expect(text('a'), command)
  of(text('a'))
  t.equal(of(text('b')), undefined, 'an editor')
  t.equal(of(text('a')), undefined, 'who takes it back by hand')
  expect(text('a'), command)
  t.equal(of(text('a')), command, 'until it is announced again')
})

t.test('what was announced again before anything else was read is read as the later', async (t) => {
  const { expect, of } = createAnnounced()
  const later: Author = { ...command, who: 'ros undo' }
  expect(text('a'), command)
  of(text('a'))
  expect(text('b'), command)
  expect(text('a'), later)
  t.equal(of(text('b')), command)
  t.equal(of(text('a')), later)
})
