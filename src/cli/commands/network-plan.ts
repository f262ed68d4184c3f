import type { NetworkView } from '../../api/network.ts'
import type { PlanView } from '../../api/view.ts'
import { showPath } from '../../core/operator-path.ts'
import type { Context } from '../command.ts'
import { EXIT } from '../failure.ts'
import { readInput } from '../input.ts'
import { networkPart, onPath } from '../network-plan.ts'
import { planText } from '../plan-text.ts'
import { print } from '../print.ts'

export async function run(context: Context): Promise<number> {
  const { client, options } = context
  const file = options['file']
  const body = file === undefined ? undefined : (await readInput(context, file)).text
  const request = body === undefined ? {} : ({ method: 'POST', body, type: 'application/yaml' } as const)
  const plan = networkPart(await client.call<PlanView>('/v1/plan', request))
  const { path } = await client.call<NetworkView>('/v1/network')
  const touching = path === null ? [] : onPath(plan, path)
  print(context, { ...plan, path, touching }, () =>
    [
      planText(plan, { diff: options['diff'] === true }),
      path === null ? '' : `you came from ${showPath(path)}: `,
      path === null
        ? ''
        : touching.length === 0
          ? 'nothing of this is on that way\n'
          : `${touching.join(', ')} is on that way\n`
    ].join('')
  )
  return EXIT.done
}
