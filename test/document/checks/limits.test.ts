import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a size',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: lots\n',
    `cloud-config.yml:6:18: rancher.services.web.mem_limit: 'lots' is not a size
        mem_limit: lots
                   ^
  expected: for instance 64m or 1g
  fix: give bytes, or a number with b, k, m or g`
  ],
  [
    'a size of deploy',
    'rancher:\n  services:\n    web:\n      image: nginx\n      deploy: {resources: {limits: {memory: 1 gallon}}}\n',
    `cloud-config.yml:6:45: rancher.services.web.deploy.resources.limits.memory: '1 gallon' is not a size
        deploy: {resources: {limits: {memory: 1 gallon}}}
                                              ^
  expected: for instance 64m or 1g
  fix: give bytes, or a number with b, k, m or g`
  ],
  [
    'too little memory',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: 4m\n',
    `cloud-config.yml:6:18: warning: rancher.services.web.mem_limit: 4194304 bytes are less than the engine gives any container
        mem_limit: 4m
                   ^
  expected: at least 6m
  fix: give more`
  ],
  [
    'swap without memory',
    'rancher:\n  services:\n    web:\n      image: nginx\n      memswap_limit: 1g\n',
    `cloud-config.yml:6:22: rancher.services.web.memswap_limit: bounds memory and swap together while \`mem_limit\` does not bound memory
        memswap_limit: 1g
                       ^
  expected: at least \`mem_limit\`, or -1 for no limit
  fix: add \`mem_limit\``
  ],
  [
    'swap below memory',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: 2g\n      memswap_limit: 1g\n',
    `cloud-config.yml:7:22: rancher.services.web.memswap_limit: is memory and swap together, and less than \`mem_limit\` alone
        memswap_limit: 1g
                       ^
  expected: at least \`mem_limit\`, or -1 for no limit
  fix: give at least as much as \`mem_limit\``
  ],
  [
    'a time',
    'rancher:\n  services:\n    web:\n      image: nginx\n      stop_grace_period: 10s5\n',
    `cloud-config.yml:6:26: rancher.services.web.stop_grace_period: '10s5' is not a duration
        stop_grace_period: 10s5
                           ^
  expected: for instance 30s or 1m30s
  fix: give a number with ms, s, m or h`
  ],
  [
    'a time of a health check',
    'rancher:\n  services:\n    web:\n      image: nginx\n      healthcheck: {test: "true", interval: 1.s}\n',
    `cloud-config.yml:6:45: rancher.services.web.healthcheck.interval: '1.s' is not a duration
        healthcheck: {test: "true", interval: 1.s}
                                              ^
  expected: for instance 30s or 1m30s
  fix: give a number with ms, s, m or h`
  ],
  [
    'a number of CPUs',
    'rancher:\n  services:\n    web:\n      image: nginx\n      deploy: {resources: {limits: {cpus: two}}}\n',
    `cloud-config.yml:6:43: rancher.services.web.deploy.resources.limits.cpus: \`two\` is no number of CPUs
        deploy: {resources: {limits: {cpus: two}}}
                                            ^
  expected: a number, for instance 1.5
  fix: write a number`
  ],
  [
    'a list of CPUs',
    'rancher:\n  services:\n    web:\n      image: nginx\n      cpuset: 3-1\n',
    `cloud-config.yml:6:15: rancher.services.web.cpuset: \`3-1\` is no list of CPUs
        cpuset: 3-1
                ^
  expected: numbers and ranges, for instance 0-3,6
  fix: list CPUs from 0 on`
  ],
  [
    'a limit',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ulimits: {nofiles: 1024}\n',
    `cloud-config.yml:6:17: rancher.services.web.ulimits.nofiles: there is no limit of that name, did you mean \`nofile\`?
        ulimits: {nofiles: 1024}
                  ^
  expected: one of core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack
  fix: correct the name`
  ],
  [
    'a soft limit above the hard one',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ulimits: {nofile: {soft: 2048, hard: 1024}}\n',
    `cloud-config.yml:6:25: rancher.services.web.ulimits.nofile: has a soft limit above the hard one
        ulimits: {nofile: {soft: 2048, hard: 1024}}
                          ^
  expected: \`soft\` and \`hard\`, soft being at most hard, for instance {soft: 1024, hard: 4096}
  fix: raise \`hard\` or lower \`soft\``
  ],
  [
    'a variable that is set nowhere',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: ${MEMORY}\n',
    `cloud-config.yml:6:18: warning: rancher.services.web.mem_limit: '' is not a size; \`MEMORY\` is set nowhere
        mem_limit: \${MEMORY}
                   ^
  expected: for instance 64m or 1g
  fix: set MEMORY in \`rancher.environment\`, or write \`\${MEMORY:-…}\` with a default`
  ],
  [
    'one limit of two',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ulimits: {nofile: {soft: 2048}}\n',
    `cloud-config.yml:6:25: rancher.services.web.ulimits.nofile: has one limit of two
        ulimits: {nofile: {soft: 2048}}
                          ^
  expected: \`soft\` and \`hard\`, soft being at most hard, for instance {soft: 1024, hard: 4096}
  fix: give both, or a single number for both`
  ]
]

t.test('sizes, times and shares that are none', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'sizes',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: 64m\n      memswap_limit: 128m\n      shm_size: 1gb\n'
  ],
  ['no limit of swap', 'rancher:\n  services:\n    web:\n      image: nginx\n      memswap_limit: -1\n'],
  [
    'times',
    'rancher:\n  services:\n    web:\n      image: nginx\n      stop_grace_period: 1m30s\n      healthcheck: {test: "true", interval: 500ms, timeout: 5}\n'
  ],
  [
    'CPUs',
    'rancher:\n  services:\n    web:\n      image: nginx\n      cpuset: 0-3,6\n      deploy: {resources: {limits: {cpus: 0.5, memory: 1g}}}\n'
  ],
  [
    'limits',
    'rancher:\n  services:\n    web:\n      image: nginx\n      ulimits: {nofile: 1024, memlock: {soft: -1, hard: -1}, core: {soft: 0, hard: -1}}\n'
  ],
  [
    'a variable with a default',
    'rancher:\n  services:\n    web:\n      image: nginx\n      mem_limit: ${MEMORY:-64m}\n'
  ]
]

t.test('sizes, times and shares are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
