import t from 'tap'
import { complaints } from './support.ts'

const inside = (text: string) => `rancher:\n  network:\n    firewall:\n      ${text}\n`
const rule = (text: string, sets = '{office: [10.0.0.0/8], web: [80]}') =>
  inside(`{sets: ${sets}, forward: {rules: [{action: accept, ${text}}]}}`)

t.test('rules that could not be, each told once', async (t) => {
  const cases: readonly (readonly [text: string, told: string])[] = [
    [rule('from: 10.0.0.300'), 'forward.rules[0].from[0]: `10.0.0.300` is no address and no network'],
    [rule('from: "@ofice"'), 'forward.rules[0].from[0]: there is no set `ofice`, did you mean `office`?'],
    [rule('from: "@constructor"'), 'there is no set `constructor`'],
    [rule('from: "@web"'), 'set `web` does not hold addresses'],
    [rule('port: "@office"'), 'set `office` does not hold ports'],
    [rule('from: ["@office", 10.0.0.1]'), 'a set stands alone'],
    [rule('port: 0'), '`0` is no port'],
    [rule('port: 99-22'), '`99-22` is no port'],
    [rule('protocol: icmp, port: 22'), 'icmp has no ports'],
    [rule('from: 10.0.0.1, to: fd00::1'), 'fits nothing: its addresses and its protocol are not of one family'],
    [rule('from: fd00::1, protocol: icmp'), 'fits nothing: its addresses and its protocol are not of one family'],
    [inside('{input: {rules: [{action: drop, out: eth0}]}}'), 'what comes to the machine goes out by no interface'],
    [inside('{sets: {a: [10.0.0.1, 80]}}'), 'firewall.sets.a: holds both addresses and ports'],
    [inside('{sets: {a: [x]}}'), '`x` is neither address nor port'],
    [inside('{port_forwards: [{port: 80, to: "10.0.0.5:0"}]}'), '`10.0.0.5:0` is nowhere to lead to'],
    [inside('{port_forwards: [{port: 80, to: 10.0.0.5, from: "fd00::/8"}]}'), '`from` has no address of IPv4'],
    [inside('{masquerade: [{out: eth0, from: "@x"}]}'), 'there is no set `x`']
  ]
  for (const [text, told] of cases) {
    const all = complaints(text)
    t.ok(all.includes(told), `${told}\n${all}`)
    t.equal(all.match(/^cloud-config.yml:/gm)?.length, 1, all)
  }
})

t.test('a policy that lets nobody in to the ssh server draws a warning', async (t) => {
  const told = complaints(inside('{input: {policy: drop, rules: [{action: accept, protocol: udp}]}}'))
  t.equal(
    told,
    `cloud-config.yml:5:24: warning: rancher.network.firewall.input.policy: no rule lets anybody in to the ssh server on port 22
        {input: {policy: drop, rules: [{action: accept, protocol: udp}]}}
                         ^
  expected: a rule that accepts it
  fix: add \`{action: accept, protocol: tcp, port: 22}\` to the rules, with \`from\` if not all may come`
  )
  for (const silent of [
    inside('{input: {policy: drop, rules: [{action: accept, in: lan0}]}}'),
    inside('{input: {policy: reject, rules: [{action: accept, port: [1, 20-30]}]}}'),
    inside('{sets: {a: [22]}, input: {policy: drop, rules: [{action: accept, protocol: tcp, port: "@a"}]}}'),
    `${inside('{input: {policy: drop}}')}  ssh: {daemon: false}\n`,
    `${inside('{input: {policy: drop, rules: [{action: accept, protocol: tcp, port: 2222}]}}')}  ssh: {port: 2222}\n`,
    inside('{forward: {policy: drop}}')
  ])
    t.equal(complaints(silent), '', silent)
})

t.test('an interface named like a bridge of Docker draws a warning where that counts', async (t) => {
  const text = (forward: string) =>
    `${inside(`{forward: ${forward}}`)}    interfaces: {br-lan: {address: 10.0.0.1/24, bridge: "true"}}\n`
  t.match(complaints(text('{policy: drop}')), /br-lan: looks like a bridge of Docker/)
  t.notMatch(complaints(text('{policy: drop, containers: false}')), /looks like/)
  t.notMatch(complaints(text('{policy: accept}')), /looks like/)
})
