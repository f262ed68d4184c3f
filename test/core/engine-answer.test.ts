import t from 'tap'
import { ifAnswers } from '../../src/core/engine-answer.ts'

const engine = (version: string | null) => ({ ping: async () => version })
const never = new Promise<string>(() => {})

t.test('an engine that is away has no answer, and nobody waits for one', async (t) => {
  t.equal(await ifAnswers(engine(null), never), null)
  t.equal(await ifAnswers(engine(null), Promise.reject(new Error('refused'))), null)
  t.equal(
    await ifAnswers(engine(null), Promise.resolve('a list')),
    null,
    'it came up in between: the next look sees it'
  )
})

t.test('one that is there and does not tell is not one that has nothing', async (t) => {
  t.equal(await ifAnswers(engine('26'), Promise.resolve('a list')), 'a list')
  await t.rejects(ifAnswers(engine('26'), Promise.reject(new Error('reset'))), { message: 'reset' })
})
