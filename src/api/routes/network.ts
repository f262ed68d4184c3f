import { resourcesOf } from '../../agent/network-view.ts'
import { contest } from '../../core/contest.ts'
import { showPath } from '../../document/path.ts'
import type { AgentForApi } from '../agent.ts'
import { pathOf } from '../caller.ts'
import type { LinkExplained } from '../network.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const networkRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/network',
    summary: 'Links, addresses, routes, name servers and leases, and where each comes from',
    answers: { 200: { about: 'The network as the kernel has it now.', schema: ref('Network') } },
    run: async (agent, request) => ({ ...(await agent.network()), path: await pathOf(agent, request) })
  },
  {
    method: 'GET',
    path: '/v1/network/:link',
    summary: 'Which entry of the document a link gets, and why',
    about: 'Of a link that is not there the entries are those that would take it.',
    params: { link: 'Name of the link.' },
    answers: {
      200: { about: 'Its entries, their keys and what follows from them.', schema: ref('LinkExplained') },
      404: { about: 'It is not there, and no entry would take it.' }
    },
    async run(agent, request) {
      const { link = '' } = request.params as Readonly<Record<string, string>>
      return explained(agent, link)
    }
  }
]

async function explained(agent: AgentForApi, name: string): Promise<LinkExplained> {
  const { links } = await agent.network()
  const link = links.find((one) => one.name === name)
  const { mac, kind, driver, pci } = link ?? { mac: '', kind: '', driver: '', pci: '' }
  const contenders = contest({ data: agent.loop.inForce() ?? {} }, { name, mac, kind, driver, pci })
  const found = resourcesOf(agent.loop.wants(), name)
  if (link === undefined && contenders.length === 0 && found.length === 0) {
    const known = links.map((one) => one.name).join(', ')
    const others = known === '' ? '' : `; there are: ${known}`
    throw new Refusal('ROS_API_NO_RESOURCE', `there is no link ${name}, and no entry would take it${others}`)
  }
  const entries = await Promise.all(
    contenders.map(async (one) => ({ ...one, place: (await agent.config.get(keyOf(one.key))).place }))
  )
  const [first] = contenders
  const keys = first === undefined ? [] : (await agent.config.get(keyOf(first.key))).origins
  const { resources } = agent.store.value
  return {
    name,
    present: link !== undefined,
    mac,
    kind,
    entries,
    keys,
    resources: found.map((key) => {
      const ready = resources.get(key)?.conditions.find(({ type }) => type === 'Ready')
      return { key, ready: ready?.status ?? 'Unknown', reason: ready?.reason ?? '', message: ready?.message ?? '' }
    })
  }
}

function keyOf(entry: string): string {
  return showPath(['rancher', 'network', 'interfaces', entry])
}
