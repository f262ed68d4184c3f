import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'an open quote',
    'rancher:\n  services:\n    web:\n      image: nginx\n      command: sh -c "echo\n',
    `cloud-config.yml:6:16: rancher.services.web.command: a " is not closed
        command: sh -c "echo
                 ^
  expected: its other half, or a backslash before it
  fix: close the quote`
  ],
  [
    'a health check',
    'rancher:\n  services:\n    web:\n      image: nginx\n      healthcheck: {test: [wget, localhost]}\n',
    `cloud-config.yml:6:28: rancher.services.web.healthcheck.test[0]: the first word is \`wget\`
        healthcheck: {test: [wget, localhost]}
                             ^
  expected: CMD, CMD-SHELL or NONE, for instance [CMD, wget, -q, -O-, http://localhost/]
  fix: put \`CMD\` before it, or write the command as one text`
  ],
  [
    'a health check without a command',
    'rancher:\n  services:\n    web:\n      image: nginx\n      healthcheck: {test: [CMD]}\n',
    `cloud-config.yml:6:28: rancher.services.web.healthcheck.test[0]: \`CMD\` stands alone, without a command
        healthcheck: {test: [CMD]}
                             ^
  expected: CMD, CMD-SHELL or NONE, for instance [CMD, wget, -q, -O-, http://localhost/]
  fix: add the command`
  ],
  [
    'a variable without a name',
    'rancher:\n  services:\n    web:\n      image: nginx\n      environment: ["=x"]\n',
    `cloud-config.yml:6:21: rancher.services.web.environment[0]: \`=x\` has no name that a variable can have
        environment: ["=x"]
                      ^
  expected: NAME=value in a list, \`NAME: value\` in a map
  fix: give the variable a name without \`=\``
  ],
  [
    'a variable with a space',
    'rancher:\n  services:\n    web:\n      image: nginx\n      environment: {"A B": x}\n',
    `cloud-config.yml:6:21: warning: rancher.services.web.environment.A B: the name \`A B\` has a space in it
        environment: {"A B": x}
                      ^
  expected: a name without spaces
  fix: write NAME=value`
  ],
  [
    'a user',
    'rancher:\n  services:\n    web:\n      image: nginx\n      user: "1000:1000:1000"\n',
    `cloud-config.yml:6:13: warning: rancher.services.web.user: \`1000:1000:1000\` is no user
        user: "1000:1000:1000"
              ^
  expected: USER or USER:GROUP, by name or number, for instance 1000:1000
  fix: name one user and at most one group`
  ],
  [
    'a signal',
    'rancher:\n  services:\n    web:\n      image: nginx\n      stop_signal: SIGTREM\n',
    `cloud-config.yml:6:20: rancher.services.web.stop_signal: \`SIGTREM\` is no signal, did you mean \`SIGTERM\`?
        stop_signal: SIGTREM
                     ^
  expected: a name or number, for instance SIGTERM
  fix: name a signal of Linux`
  ],
  [
    'a capability',
    'rancher:\n  services:\n    web:\n      image: nginx\n      cap_add: [NET_ADMN]\n',
    `cloud-config.yml:6:17: rancher.services.web.cap_add[0]: \`NET_ADMN\` is no capability, did you mean \`NET_ADMIN\`?
        cap_add: [NET_ADMN]
                  ^
  expected: a capability of Linux, for instance NET_ADMIN, or ALL
  fix: correct the name; capabilities(7) lists them`
  ]
]

t.test('programs, users and rights that cannot be', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'commands',
    'rancher:\n  services:\n    web:\n      image: nginx\n      command: sh -c "echo $$HOME"\n      entrypoint: [tini, "--"]\n'
  ],
  [
    'health checks',
    'rancher:\n  services:\n    web:\n      image: nginx\n      healthcheck: {test: wget -q localhost}\n'
  ],
  ['no health check', 'rancher:\n  services:\n    web:\n      image: nginx\n      healthcheck: {test: [NONE]}\n'],
  [
    'variables',
    'rancher:\n  services:\n    web:\n      image: nginx\n      environment: ["A=1", B, "C_*", "D=${UNSET}"]\n'
  ],
  ['users', 'rancher:\n  services:\n    web:\n      image: nginx\n      user: "1000:docker"\n'],
  ['signals', 'rancher:\n  services:\n    web:\n      image: nginx\n      stop_signal: hup\n'],
  [
    'capabilities',
    'rancher:\n  services:\n    web:\n      image: nginx\n      cap_add: [cap_net_admin, SYS_TIME]\n      cap_drop: [ALL]\n'
  ]
]

t.test('programs, users and rights are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
