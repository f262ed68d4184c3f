import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a quote that is not closed',
    'rancher:\n  network:\n    pre_cmds:\n      - echo "a\n',
    `cloud-config.yml:5:9: rancher.network.pre_cmds[0]: a " is not closed
        - echo "a
          ^
  expected: its other half, or a backslash before it
  fix: close the quote`
  ],
  [
    'what takes a shell',
    'rancher:\n  network:\n    interfaces:\n      eth0:\n        post_up: [ip route, echo $iface > /tmp/up]\n',
    `cloud-config.yml:6:29: warning: rancher.network.interfaces.eth0.post_up[1]: \`>\` is handed to \`echo\` as it is: no shell runs the command
          post_up: [ip route, echo $iface > /tmp/up]
                              ^
  expected: one program and its arguments, for instance ip rule add iif $iface table 100, or sh -c '…'
  fix: write sh -c 'echo $iface > /tmp/up'`
  ]
]

const fine: readonly Case[] = [
  ['programs and arguments', "rancher:\n  network:\n    post_cmds: [ip link show, sh -c 'a | b > c']\n"],
  ['nothing', 'rancher:\n  network:\n    pre_cmds: [""]\n    interfaces: {eth0: {pre_up: []}}\n']
]

t.test('commands of the network', (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
  t.end()
})
