import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Context } from '../../src/cli/command.ts'
import { withProgress } from '../../src/cli/with-progress.ts'

t.test('a stream of progress that fails at once is no fault of the command: its own answer counts', async (t) => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  t.teardown(() => process.off('unhandledRejection', note))
  const client = {
    async *stream() {
      yield await Promise.reject(new Error('nobody listens'))
    }
  }
  const io = { err: () => {}, errColumns: 0 }
  const context = { io, client, json: false } as unknown as Context // nothing else is asked of it
  const work = async () => {
    await sleep(20)
    return 'done'
  }
  t.equal(await withProgress(context, work), 'done')
  t.same(unhandled, [])
})
