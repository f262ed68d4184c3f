import t from 'tap'
import { type Case, complaints } from './support.ts'

const document = (service: string, docker = '{userns_enabled: true}'): string =>
  `rancher:\n  docker: ${docker}\n  services:\n    web: {image: nginx, ${service}}\n`

t.test('what an engine with users of its own refuses', async (t) => {
  t.equal(
    complaints(document('privileged: true')),
    `cloud-config.yml:5:25: rancher.services.web.privileged: cannot be so where root of containers is an unprivileged user, as \`rancher.docker.userns_enabled\` says
      web: {image: nginx, privileged: true}
                          ^
  expected: no \`privileged: true\`, or the users of the machine
  fix: add \`userns_mode: host\` to the service, or take it out`
  )
  for (const mode of ['net: host', 'network_mode: host', 'pid: host', 'ipc: host'])
    t.match(complaints(document(mode)), `expected: no \`${mode}\`, or`, mode)
})

const fine: readonly Case[] = [
  ['without it', document('privileged: true, net: host', '{userns_enabled: false}')],
  ['with the users of the machine', document('privileged: true, net: host, pid: host, ipc: host, userns_mode: host')],
  ['on System Docker', document('privileged: true, net: host, labels: {io.rancher.os.scope: system}')],
  ['with nothing of the machine', document('net: bridge, ipc: private')]
]

t.test('services are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
