import t from 'tap'
import type { ActionView, PlanView } from '../../src/api/view.ts'
import { planText } from '../../src/cli/plan-text.ts'

const action: ActionView = {
  id: 'replace container/user/web',
  key: 'container/user/web',
  verb: 'replace',
  why: 'image i -> j',
  place: 'cloud-config.yml:4:5 rancher.services.web',
  after: [],
  disturbs: { is: 'interrupt', what: 'web is away until the new one runs' },
  irreversible: 'what it wrote into itself is lost',
  fields: [
    { field: 'image', from: 'i', to: 'j' },
    { field: 'ports', to: ['80:80'] },
    { field: 'command', from: 'httpd' }
  ]
}
const plan = (some: Partial<PlanView>): PlanView => ({
  actions: [],
  waiting: [],
  left: [],
  hash: '0123456789abcdef',
  ...some
})

t.test(
  'an action says why and where, what it disturbs and that it can not be undone; fields where they are asked for',
  async (t) => {
    const head = '! container/user/web: image i -> j  (cloud-config.yml:4:5 rancher.services.web)\n'
    const effects = '    web is away until the new one runs\n    can not be undone: what it wrote into itself is lost\n'
    const end = '\n1 to replace; plan 0123456789ab\n'
    t.equal(planText(plan({ actions: [action] })), head + effects + end)
    t.equal(
      planText(plan({ actions: [action] }), { diff: true }),
      `${head}    image: i -> j\n    ports: (none) -> ["80:80"]\n    command: httpd -> (none)\n${effects}${end}`
    )
  }
)

t.test('what waits, what is left and what is unknown is told and counted', async (t) => {
  t.equal(
    planText(
      plan({
        waiting: [
          { key: 'route/main/default', on: 'link/eth0', message: 'waits for link/eth0: there is no link named eth0' }
        ],
        left: [{ key: 'sysctl/vm.swappiness', verb: 'update', reason: 'Reported', why: '60 -> 10', message: 'paused' }],
        unknown: { engine: 'needs root' }
      })
    ),
    `. route/main/default: waits for link/eth0: there is no link named eth0
= sysctl/vm.swappiness: update: 60 -> 10; paused
? engine: needs root

1 waiting, 1 left as they are, 1 kind unknown
`
  )
  t.equal(planText(plan({})), 'nothing to do\n')
})
