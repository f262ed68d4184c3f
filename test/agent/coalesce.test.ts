import { Subject } from 'rxjs'
import t from 'tap'
import { coalesce } from '../../src/agent/coalesce.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

function harness() {
  const source = new Subject<readonly string[]>()
  const runs: string[] = []
  const gates: (() => void)[] = []
  const signals: AbortSignal[] = []
  const subscription = source
    .pipe(
      coalesce(
        (a, b) => [...a, ...b],
        async (value, signal) => {
          runs.push(value.join('+'))
          signals.push(signal)
          await new Promise<void>((resolve) => gates.push(resolve))
        }
      )
    )
    .subscribe()
  return { source, runs, gates, signals, subscription }
}

t.test('a burst during a run becomes one run with the union', async (t) => {
  const { source, runs, gates } = harness()
  for (const tick of ['a', 'b', 'c']) source.next([tick])
  t.same(runs, ['a'])
  gates.shift()?.()
  await turn()
  t.same(runs, ['a', 'b+c'])
  gates.shift()?.()
  await turn()
  t.same(runs, ['a', 'b+c'], 'and no third')
})

t.test('a tick from within the run is not lost', async (t) => {
  const source = new Subject<number>()
  const runs: number[] = []
  source
    .pipe(
      coalesce(
        (_a, b) => b,
        async (value) => {
          runs.push(value)
          if (value === 1) source.next(2)
        }
      )
    )
    .subscribe()
  source.next(1)
  await turn()
  t.same(runs, [1, 2])
})

t.test('unsubscribing aborts the run under way and starts no other', async (t) => {
  const { source, runs, gates, signals, subscription } = harness()
  source.next(['a'])
  source.next(['b'])
  subscription.unsubscribe()
  t.equal(signals[0]?.aborted, true)
  gates.shift()?.()
  await turn()
  t.same(runs, ['a'])
})

t.test('the end of the source is passed on after the last run', async (t) => {
  const source = new Subject<string>()
  const seen: string[] = []
  source
    .pipe(
      coalesce(
        (_a, b) => b,
        async (value) => value
      )
    )
    .subscribe({ next: (v) => seen.push(v), complete: () => seen.push('end') })
  source.next('a')
  source.complete()
  await turn()
  t.same(seen, ['a', 'end'])
})
