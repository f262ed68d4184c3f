import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a relative source',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["./www:/srv"]\n',
    `cloud-config.yml:6:17: rancher.services.web.volumes[0]: volume './www:/srv' comes from './www', which is neither an absolute path nor the name of a volume
        volumes: ["./www:/srv"]
                  ^
  expected: SOURCE:PATH[:OPTIONS], for instance /srv/www:/var/www:ro
  fix: write an absolute path: there is no directory a relative one could start from`
  ],
  [
    'a relative path',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["/www:srv"]\n',
    `cloud-config.yml:6:17: rancher.services.web.volumes[0]: volume '/www:srv' has 'srv' for its path inside the container, which is not absolute
        volumes: ["/www:srv"]
                  ^
  expected: SOURCE:PATH[:OPTIONS], for instance /srv/www:/var/www:ro
  fix: write absolute paths, and options after a second colon`
  ],
  [
    'an option',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["/www:/srv:readonly"]\n',
    `cloud-config.yml:6:17: rancher.services.web.volumes[0]: volume '/www:/srv:readonly' has the option 'readonly'
        volumes: ["/www:/srv:readonly"]
                  ^
  expected: for instance ro, rw, z, Z, rshared or rslave
  fix: write absolute paths, and options after a second colon`
  ],
  [
    'two on one path',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["/a:/srv", "/b:/srv/"]\n',
    `cloud-config.yml:6:28: rancher.services.web.volumes[1]: mounts on /srv, and so does \`/a:/srv\`
        volumes: ["/a:/srv", "/b:/srv/"]
                             ^
  expected: one mount for each path
  fix: take one of the two out`
  ],
  [
    'tmpfs over a volume',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["/a:/srv"]\n      tmpfs: /srv\n',
    `cloud-config.yml:7:14: rancher.services.web.tmpfs[0]: mounts on /srv, and so does \`/a:/srv\`
        tmpfs: /srv
               ^
  expected: one mount for each path
  fix: take one of the two out`
  ],
  [
    'a variable that is set nowhere',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["${DATA}:/data"]\n',
    `cloud-config.yml:6:17: warning: rancher.services.web.volumes[0]: volume ':/data' has nothing before its colon; \`DATA\` is set nowhere
        volumes: ["\${DATA}:/data"]
                  ^
  expected: SOURCE:PATH[:OPTIONS], for instance /srv/www:/var/www:ro
  fix: set DATA in \`rancher.environment\`, or write \`\${DATA:-…}\` with a default`
  ],
  [
    'a relative path without a source',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: [www]\n',
    `cloud-config.yml:6:17: warning: rancher.services.web.volumes[0]: \`www\` is a path inside the container, and not absolute
        volumes: [www]
                  ^
  expected: SOURCE:PATH, or an absolute path for a volume without a name
  fix: write /www, or add what is to be seen there`
  ],
  [
    'no volume',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: [""]\n',
    `cloud-config.yml:6:17: rancher.services.web.volumes[0]: volume '' has '' for its path inside the container, which is not absolute
        volumes: [""]
                  ^
  expected: SOURCE:PATH[:OPTIONS], for instance /srv/www:/var/www:ro
  fix: write absolute paths, and options after a second colon`
  ],
  [
    'a tmpfs',
    'rancher:\n  services:\n    web:\n      image: nginx\n      tmpfs: ["size=64m"]\n',
    `cloud-config.yml:6:15: rancher.services.web.tmpfs[0]: tmpfs 'size=64m' is on no path of a container
        tmpfs: ["size=64m"]
                ^
  expected: PATH[:OPTIONS], for instance /tmp:size=64m
  fix: name an absolute path inside the container`
  ],
  [
    'a device',
    'rancher:\n  services:\n    web:\n      image: nginx\n      devices: [ttyUSB0]\n',
    `cloud-config.yml:6:17: rancher.services.web.devices[0]: 'ttyUSB0' is not a device
        devices: [ttyUSB0]
                  ^
  expected: HOST[:CONTAINER[:rwm]], for instance /dev/fuse
  fix: name the device by its absolute path`
  ]
]

t.test('volumes and devices that the engine would refuse', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'volumes',
    'rancher:\n  services:\n    web:\n      image: nginx\n      volumes: ["/www:/srv:ro", "data:/data", "/cache", "/run:/run:rshared"]\n'
  ],
  ['tmpfs', 'rancher:\n  services:\n    web:\n      image: nginx\n      tmpfs: "/tmp:size=64m"\n'],
  [
    'devices',
    'rancher:\n  services:\n    web:\n      image: nginx\n      devices: ["/dev/fuse", "/dev/sda:/dev/xvda:r"]\n'
  ],
  [
    'a variable',
    'rancher:\n  environment: {DATA: /data}\n  services: {web: {image: nginx, volumes: ["${DATA}:/data"]}}\n'
  ]
]

t.test('volumes and devices are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
