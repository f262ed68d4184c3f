import type { Change } from '../../api/changes.ts'
import type { Summary } from '../../agent/history.ts'
import type { GenerationView } from '../../api/view.ts'
import { changeText } from '../change-text.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { generationOf } from '../generation.ts'
import { generationText, historyTable } from '../history-text.ts'
import { lineDiff } from '../line-diff.ts'
import { print } from '../print.ts'

interface Difference {
  readonly from: number
  readonly to: number
  readonly changes: readonly Change[]
}

export async function run(context: Context): Promise<number> {
  const { args, client, io, options } = context
  const [word, first, second] = args
  if (word === undefined) {
    const all = await client.call<{ readonly items: readonly Summary[] }>('/v1/history')
    print(context, all, ({ items }) => historyTable(items, io.now(), io.columns))
    return EXIT.done
  }
  if (first === undefined) throw new Failure(EXIT.usage, `\`ros history ${word}\` needs the number of a generation`)
  const from = generationOf(first)
  if (word === 'show') {
    const one = await client.call<GenerationView>(`/v1/history/${from}`)
    print(context, one, (view) => generationText(view, io.now()))
    return EXIT.done
  }
  if (word !== 'diff') throw new Failure(EXIT.usage, `\`ros history\` knows show and diff, not '${word}'`)
  const to = second === undefined ? undefined : generationOf(second)
  const difference = await client.call<Difference>('/v1/history/diff', { query: { from, to } })
  const files = options['text'] === true ? await texts(context, difference) : null
  print(context, files === null ? difference : { ...difference, text: files }, ({ changes }) => {
    if (files !== null) return files === '' ? 'no file differs\n' : files
    return changes.length === 0 ? 'nothing differs\n' : changeText(changes)
  })
  return EXIT.done
}

/** The files of both, line by line. */
async function texts({ client }: Context, { from, to }: Difference): Promise<string> {
  const [old, next] = await Promise.all([from, to].map((one) => client.call<GenerationView>(`/v1/history/${one}`)))
  const before = new Map(old?.files.map(({ name, text }) => [name, text]))
  const after = new Map(next?.files.map(({ name, text }) => [name, text]))
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.map((name) => lineDiff(name, before.get(name) ?? '', after.get(name) ?? '')).join('')
}
