import { EMPTY } from 'rxjs'
import t from 'tap'
import { planOn } from '../../src/cli/local-plan.ts'
import { planText } from '../../src/cli/plan-text.ts'
import type { KindDef } from '../../src/core/kind.ts'
import type { Registry } from '../../src/core/plan.ts'
import type { Kind } from '../../src/core/resource.ts'
import type { Host } from '../../src/host/ports.ts'

const links = [{ name: 'eth0', mac: '', kind: '', index: 1, mtu: 1500, up: true, carrier: true, alias: '' }]
const host = { network: { look: async () => ({ links, addresses: [], routes: [] }) } } as unknown as Host // asked for nothing else

/** A kind that wants one thing per word of the host name, and finds nothing or fails. */
function kindOf(kind: Kind, fails?: string): KindDef {
  return {
    kind,
    resync: 1,
    *want({ data, facts, from }) {
      for (const word of data.hostname?.split('-') ?? []) {
        yield {
          key: `${kind}/${word}@${facts.links[0]?.name}`,
          spec: {} as never,
          needs: [],
          from: from(['hostname'])
        } as never
      }
    },
    judge: (_want, seen) => (seen === null ? { verb: 'create', why: 'not there' } : null),
    watch: () => EMPTY,
    async observe() {
      if (fails !== undefined) throw new Error(fails)
      return new Map()
    },
    act: async () => {
      throw new Error('planning acts on nothing')
    }
  }
}

t.test('a document is planned for the machine at hand; what can not be looked at is said', async (t) => {
  const kinds: Registry = new Map([
    ['module', kindOf('module')],
    ['engine', kindOf('engine', 'needs root')]
  ])
  const plan = await planOn(kinds, host, { name: 'new.yml', text: '#cloud-config\nhostname: a-b\n' })
  t.equal(
    planText(plan),
    [
      '+ module/a@eth0: not there  (new.yml:2:1 hostname)',
      '+ module/b@eth0: not there  (new.yml:2:1 hostname)',
      '? engine: needs root',
      '',
      '2 to create, 1 kind unknown; plan 66dacb52e10c',
      ''
    ].join('\n')
  )
})

t.test('kinds the document does not use are not asked', async (t) => {
  const kinds: Registry = new Map([['engine', kindOf('engine', 'needs root')]])
  t.equal(planText(await planOn(kinds, host, { name: 'new.yml', text: '#cloud-config\n' })), 'nothing to do\n')
})

t.test('a document that is not valid is not planned', async (t) => {
  const plan = planOn(new Map(), host, { name: 'new.yml', text: 'hostnam: a\n' })
  await t.rejects(plan, { exit: 1, message: /^new\.yml is not valid\nnew\.yml:1:1: hostnam: unknown key/ })
})
