import t from 'tap'
import { driftPolicy, type DriftRules } from '../../src/core/drift-policy.ts'
import type { Key } from '../../src/core/resource.ts'

const rules: DriftRules = {
  sysctl: 'report',
  'sysctl/vm.swappiness': 'heal',
  'sysctl/net.*': 'freeze',
  'sysctl/net.ipv4.*': 'heal',
  'container/user/*': 'report',
  'container/user/*-db': 'freeze',
  'container/*/web': 'heal',
  'file//etc/*/hosts*': 'report'
}

t.test('the most specific rule decides', async (t) => {
  const cases: readonly (readonly [Key, string, string | null])[] = [
    ['sysctl/kernel.sysrq', 'report', 'sysctl'],
    ['sysctl/vm.swappiness', 'heal', 'sysctl/vm.swappiness'],
    ['sysctl/net.core.somaxconn', 'freeze', 'sysctl/net.*'],
    ['sysctl/net.ipv4.ip_forward', 'heal', 'sysctl/net.ipv4.*'],
    ['container/user/shop', 'report', 'container/user/*'],
    ['container/user/shop-db', 'freeze', 'container/user/*-db'],
    ['container/user/web', 'report', 'container/user/*'],
    ['container/system/web', 'heal', 'container/*/web'],
    ['container/system/shop', 'heal', null],
    ['file//etc/a/b/hosts.deny', 'report', 'file//etc/*/hosts*'],
    ['file//etc/hosts', 'heal', null],
    ['link/eth0', 'heal', null]
  ]
  for (const [key, policy, rule] of cases) t.same(driftPolicy(rules, key), { policy, rule }, key)
})

t.test('the order of the entries does not matter', async (t) => {
  const turned = Object.fromEntries(Object.entries(rules).reverse())
  for (const key of ['container/user/web', 'container/user/shop-db', 'sysctl/net.ipv4.x'] as const)
    t.same(driftPolicy(turned, key), driftPolicy(rules, key), key)
})

t.test('parts around stars may not overlap', async (t) => {
  t.equal(driftPolicy({ 'link/ab*ba': 'freeze' }, 'link/aba').rule, null)
  t.equal(driftPolicy({ 'link/a*b*b': 'freeze' }, 'link/ab').rule, null)
  t.equal(driftPolicy({ 'link/a*b*b': 'freeze' }, 'link/abb').rule, 'link/a*b*b')
})
