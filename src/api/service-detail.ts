import { veil } from '../document/secret.ts'
import type { Value } from '../document/value.ts'
import { keyOf } from '../compose/project.ts'
import type { AgentForApi, ServiceDetail } from './agent.ts'
import { Refusal } from './refusal.ts'

/** Everything about the service of a name; one that is not there is refused. */
export async function serviceDetail(agent: AgentForApi, name: string): Promise<ServiceDetail> {
  const all = await agent.services.list()
  const service = all.find((one) => one.name === name)
  if (service === undefined) {
    const names = all.map((one) => one.name).join(', ')
    throw new Refusal('ROS_API_NO_SERVICE', `${name} is not a valid service; there are: ${names}`)
  }
  const key = keyOf(service.scope, name)
  const path = ['rancher', 'services', name]
  // The data of a document is made of plain values.
  const definition = (agent.loop.inForce()?.rancher?.services?.[name] ?? {}) as unknown as Value
  const { origins } = await agent.config.get(`rancher.services.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}`)
  const places = [...new Set(origins.map(({ place }) => place))]
  return {
    ...service,
    definition: veil(definition, path),
    places,
    needs: agent.loop.wants().get(key)?.needs ?? [],
    conditions: agent.store.value.resources.get(key)?.conditions ?? []
  }
}
