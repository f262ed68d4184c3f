import type { PlanView } from '../../api/view.ts'
import type { Context } from '../command.ts'
import { EXIT, Failure } from '../failure.ts'
import { type Input, readInput } from '../input.ts'
import { planText } from '../plan-text.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, options } = context
  const file = options['file']
  const input = file === undefined ? null : await readInput(context, file)
  const local = async () => {
    if (input === null)
      throw new Failure(EXIT.usage, 'without the agent there is no document to plan for: name one with -f FILE')
    return planHere(input)
  }
  const remote = () =>
    input === null
      ? client.call<PlanView>('/v1/plan')
      : client.call<PlanView>('/v1/plan', { method: 'POST', body: input.text, type: 'application/yaml' })
  const plan =
    options['local'] === true
      ? await local()
      : await remote().catch((error: unknown) => (isAway(error) && input !== null ? local() : Promise.reject(error)))
  print(context, plan, (view) => planText(view, { diff: options['diff'] === true }))
  return EXIT.done
}

function isAway(error: unknown): boolean {
  return error instanceof Failure && error.exit === EXIT.unreachable
}

/** The parts that look at a machine are not in the bundle of `ros`: where that runs, the agent does, too. */
async function planHere(input: Input): Promise<PlanView> {
  const module: string = '../local-plan.ts'
  const { localPlan } = (await import(module).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Failure(
      EXIT.unreachable,
      'the agent does not run, and planning without it works from a checkout of rosd only'
    )
  })) as typeof import('../local-plan.ts')
  return localPlan(input)
}
