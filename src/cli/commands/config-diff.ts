import type { Checked, UserDocument } from '../../api/config-files.ts'
import type { PlanView, StatusView } from '../../api/view.ts'
import { showProblems } from '../../document/problem.ts'
import { changeText } from '../change-text.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { planText } from '../plan-text.ts'
import { print } from '../print.ts'
import { waiting } from '../status-text.ts'

export async function run(context: Context): Promise<number> {
  const { client } = context
  const [checked, status] = await Promise.all([
    client.call<Checked>('/v1/config/diff'),
    client.call<StatusView>('/v1/status')
  ])
  const plan = checked.changes.length === 0 ? null : await planOfSaved(context)
  const { pending } = status.document
  print(context, { ...checked, plan, pending }, () => {
    if (!checked.valid) {
      const stays = status.generation === 0 ? '' : `; generation ${status.generation} stays in force`
      return `what is saved is refused${stays}\n${showProblems(checked.problems)}\n${waiting(pending)}`
    }
    const saved = plan === null ? 'what is saved is in force\n' : `${changeText(checked.changes)}\n${planText(plan)}`
    return `${saved}${waiting(pending)}`
  })
  return checked.valid ? EXIT.done : EXIT.failed
}

/** The user document in its own place: what the agent will do once it has read the files. */
async function planOfSaved({ client }: Context): Promise<PlanView> {
  const { text } = await client.call<UserDocument>('/v1/config', { query: { layer: 'user' } })
  return client.call<PlanView>('/v1/plan', { method: 'POST', body: text, type: 'application/yaml' })
}
