import t from 'tap'
import { complaints } from './support.ts'

t.test('what can be no rule is refused, and each is told once', async (t) => {
  const cases: readonly (readonly [what: string, rules: string, said: readonly string[]])[] = [
    ['one', '{priority: 100, from: 10.0.0.0/8, table: 100}', []],
    ['without a priority', '{from: 10.0.0.0/8, table: 100}', ['this can be no rule: it has no priority']],
    ['without a table', '{priority: 1, from: 10.0.0.0/8}', ['this can be no rule: it says no table']],
    [
      'a table without a number',
      '{priority: 1, table: blue}',
      ['this can be no rule: there is no table `blue`; give its number']
    ],
    [
      'two families',
      '{priority: 1, from: 10.0.0.0/8, to: "fd00::/8", table: 1}',
      ['this can be no rule: `from` and `to` are of two families']
    ],
    [
      'another family',
      '{priority: 1, from: 10.0.0.0/8, family: ipv6, table: 1}',
      ['this can be no rule: its addresses are IPv4, and `family` is ipv6']
    ],
    [
      'a prefix too long',
      '{priority: 1, from: 10.0.0.0/33, table: 1}',
      ['this can be no rule: `10.0.0.0/33` is no address']
    ],
    [
      'a mark too large',
      '{priority: 1, fwmark: 0x1ffffffff, table: 1}',
      ['this can be no rule: `0x1ffffffff` is no mark; write 0x10 or 0x10/0xff']
    ],
    [
      'twice',
      '{priority: 1, from: 10.0.0.1/8, table: 1}, {priority: 1, from: 10.0.0.0/8, table: 1}',
      ['rule 1 says the same: `priority 1 from 10.0.0.0/8 table 1`']
    ]
  ]
  for (const [what, rules, said] of cases) {
    const lines = complaints(`rancher: {network: {rules: [${rules}]}}\n`)
      .split('\n')
      .filter((line) => line.startsWith('cloud-config.yml:'))
      .map((line) => line.replace(/^.*?rules\[\d+\]: /, ''))
    t.same(lines, said, what)
  }
})
