import type { Checked, UserDocument } from '../../api/config-files.ts'
import type { PlanView } from '../../api/view.ts'
import { showProblems } from '../../document/problem.ts'
import { changeConfig } from '../change-config.ts'
import { changeText } from '../change-text.ts'
import type { Context } from '../command.ts'
import { openEditor } from '../editor.ts'
import { EXIT, Failure } from '../failure.ts'
import { planText } from '../plan-text.ts'
import { print } from '../print.ts'
import { type PrivateCopy, privateCopy } from '../private-copy.ts'

/** The copy lies beside the agent's socket: in memory, where secrets leave no trace on a disk. */
export async function run(context: Context): Promise<number> {
  const { client, io, options } = context
  if (!io.typed && options['yes'] !== true)
    throw new Failure(EXIT.usage, 'what is to be applied is asked on a terminal; --yes asks nothing')
  const before = await client.call<UserDocument>('/v1/config', { query: { layer: 'user' } })
  const copy = await privateCopy(
    client.socket.replace(/\/[^/]*$/, ''),
    'cloud-config.yml',
    before.text || '#cloud-config\n'
  )
  try {
    const text = await edited(context, copy, before)
    if (text === null) {
      print(context, { changes: [] }, () => 'nothing changes\n')
      await copy.remove()
      return EXIT.done
    }
    const code = await apply(context, before, text)
    await copy.remove()
    return code
  } catch (error) {
    if ((await copy.read().catch(() => before.text)) !== before.text) io.err(`your text is kept in ${copy.file}\n`)
    else await copy.remove()
    throw error
  }
}

/** Edits until the text is to be applied; null when it is what it was. Giving up is a Failure. */
async function edited(context: Context, copy: PrivateCopy, before: UserDocument): Promise<string | null> {
  for (;;) {
    await openEditor(context.io, copy.file)
    const text = await copy.read()
    if (text === before.text || (before.text === '' && text === '#cloud-config\n')) return null
    if (await agreed(context, text)) return text
  }
}

/** Whether to apply the text; false: it is to be edited again. */
async function agreed({ client, io, options, json }: Context, text: string): Promise<boolean> {
  const yes = options['yes'] === true
  const send = { method: 'POST', body: text, type: 'application/yaml' } as const
  const { valid, problems, changes } = await client.call<Checked>('/v1/config/validate', send)
  if (problems.length > 0 && !(json && valid)) io.err(`${showProblems(problems)}\n`)
  if (!valid) {
    if (!yes && (await io.ask('edit again? [Y/n] ')) !== 'n') return false
    throw new Failure(EXIT.failed, 'the document is not valid; nothing was written')
  }
  if (yes) return true
  const plan = await client.call<PlanView>('/v1/plan', send)
  io.err(`${changes.length === 0 ? 'nothing changes but the text\n' : changeText(changes)}\n${planText(plan)}`)
  const answer = await io.ask('apply? [y/N/e] ')
  if (answer === 'e') return false
  if (answer !== 'y') throw new Failure(EXIT.failed, 'not applied; nothing was written')
  return true
}

function apply(context: Context, { hash }: UserDocument, text: string): Promise<number> {
  const request = { method: 'PUT', body: text, type: 'application/yaml', headers: { 'if-match': `"${hash}"` } } as const
  return changeConfig(context, request)
}
