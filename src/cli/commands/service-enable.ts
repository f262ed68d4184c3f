import type { Offered } from '../../agent/offered.ts'
import type { PinAnswer } from '../../agent/pinning.ts'
import { changeConfig } from '../change-config.ts'
import { changeText } from '../change-text.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { numberOption } from '../number.ts'
import { pinnedText } from '../pinned-text.ts'
import { print } from '../print.ts'
import { type Reconciled, settledText } from '../settled.ts'
import { withProgress } from '../with-progress.ts'

type Pinned = Pick<PinAnswer, 'items' | 'changes'> & Partial<Reconciled>

/** The definitions are copied first, so that the document never names what is not here. */
export async function run(context: Context): Promise<number> {
  const { client, args, io } = context
  const { items } = await client.call<{ readonly items: readonly Offered[] }>('/v1/catalogue')
  const enabled = new Set(items.flatMap((one) => (one.section === 'services' && one.enabled ? [one.name] : [])))
  const known = args.every((name) => enabled.has(name))
  const query = { wait: known ? numberOption(context, 'wait') : undefined }
  const body = { section: 'services', names: args }
  const pinned = await withProgress(context, () =>
    client.call<Pinned>('/v1/catalogue/pin', { method: 'POST', body, query })
  )
  const text = pinnedText(pinned.items) + changeText(pinned.changes)
  if (!known) {
    const patch = { rancher: { services_include: Object.fromEntries(args.map((name) => [name, true])) } }
    const first = { text, json: { pinned: pinned.items } }
    return changeConfig(context, { body: patch, type: 'application/merge-patch+json' }, first)
  }
  const { settled, status } = pinned
  print(context, { ...pinned, pinned: pinned.items }, () =>
    status === undefined ? text : text + settledText({ settled: settled === true, status }, io.now(), io.columns)
  )
  return settled === false ? EXIT.unconverged : EXIT.done
}
