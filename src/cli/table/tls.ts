// The commands `ros tls`.
import type { Command } from '../command.ts'

export const tlsCommands: readonly Command[] = [
  {
    words: ['tls', 'generate'],
    short: 'gen',
    about: 'make a certificate for a client of User Docker, or with -s for User Docker itself',
    details:
      "Without -s a client's keys are written to /home/rancher/.docker, from where docker --tlsverify takes them. The authority that signs both is\nmade once and kept in machine.yml, or is rancher.docker.ca_cert and ca_key. With rancher.docker.tls on, User Docker starts anew by itself\nunder its containers when its certificate changes.\nA client's certificate where it was written on this machine is made anew thirty days before its end, for the same key; `ros events` says\nso, for copies elsewhere have to be copied again. One of another machine's engine, and a folder that only the console has, is left alone.",
    options: {
      server: { short: 's', about: "User Docker's certificate; it is kept in machine.yml, and renewed by the agent" },
      hostname: {
        short: 'H',
        value: 'NAME',
        many: true,
        about: 'with -s: a name or address it is called by; may be given several times; localhost always counts'
      },
      dir: { short: 'd', value: 'PATH', about: 'write the keys there (with -s only if given)' }
    },
    examples: [
      { line: 'ros tls generate -s -H docker.example.org -H 192.168.1.5', about: 'for the machine' },
      { line: 'ros tls generate -d ./keys', about: 'for somebody who may use it' }
    ],
    load: () => import('../commands/tls-generate.ts')
  }
]
