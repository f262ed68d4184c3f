import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'capitals',
    'rancher:\n  services:\n    web: {image: "example/Nginx:1"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`example/Nginx:1\` is no image: 'Nginx' has capitals
      web: {image: "example/Nginx:1"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write \`example/nginx:1\``
  ],
  [
    'an address of the web',
    'rancher:\n  services:\n    web: {image: "https://registry.example.org/nginx"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`https://registry.example.org/nginx\` is no image: it begins as an address of the web
      web: {image: "https://registry.example.org/nginx"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write \`registry.example.org/nginx\``
  ],
  [
    'an empty tag',
    'rancher:\n  services:\n    web: {image: "nginx:"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`nginx:\` is no image: its tag is empty
      web: {image: "nginx:"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: add a tag, or take the colon away`
  ],
  [
    'a bad tag',
    'rancher:\n  services:\n    web: {image: "nginx:1,2"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`nginx:1,2\` is no image: '1,2' is no tag
      web: {image: "nginx:1,2"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: use letters, digits, \`.\`, \`_\` and \`-\`, at most 128`
  ],
  [
    'a short digest',
    'rancher:\n  services:\n    web: {image: "nginx@sha256:abcd"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`nginx@sha256:abcd\` is no image: 'sha256:abcd' is no digest
      web: {image: "nginx@sha256:abcd"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write sha256: and 64 hexadecimal digits`
  ],
  [
    'a space',
    'rancher:\n  services:\n    web: {image: "nginx latest"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`nginx latest\` is no image: it has a space in it
      web: {image: "nginx latest"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write it without spaces`
  ],
  [
    'an empty part',
    'rancher:\n  services:\n    web: {image: "registry.example.org//nginx"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`registry.example.org//nginx\` is no image: a part of its path is empty
      web: {image: "registry.example.org//nginx"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write one \`/\` between two parts, none at the ends`
  ],
  [
    'a bad host',
    'rancher:\n  services:\n    web: {image: "my_host:5000/nginx"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`my_host:5000/nginx\` is no image: 'my_host:5000' is no host of a registry
      web: {image: "my_host:5000/nginx"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write HOST or HOST:PORT`
  ],
  [
    'a part that is none',
    'rancher:\n  services:\n    web: {image: "nginx-"}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`nginx-\` is no image: 'nginx-' is no part of a path
      web: {image: "nginx-"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: use small letters, digits, and between them \`.\`, \`_\` or \`-\``
  ],
  [
    'nothing',
    'rancher:\n  services:\n    web: {image: ""}\n',
    `cloud-config.yml:4:18: rancher.services.web.image: \`\` is no image: it is empty
      web: {image: ""}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: name an image`
  ],
  [
    'a variable that is set nowhere',
    'rancher:\n  services:\n    web: {image: "${REGISTRY}/nginx"}\n',
    `cloud-config.yml:4:18: warning: rancher.services.web.image: \`/nginx\` is no image: a part of its path is empty; \`REGISTRY\` is set nowhere
      web: {image: "\${REGISTRY}/nginx"}
                   ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: set REGISTRY in \`rancher.environment\`, or write \`\${REGISTRY:-…}\` with a default`
  ],
  [
    'a variable that is set wrongly',
    'rancher:\n  environment: {TAG: "1 2"}\n  services: {web: {image: "nginx:${TAG}"}}\n',
    `cloud-config.yml:4:27: rancher.services.web.image: \`nginx:1 2\` is no image: it has a space in it
    services: {web: {image: "nginx:\${TAG}"}}
                            ^
  expected: [HOST[:PORT]/]PATH[:TAG][@DIGEST], for instance nginx:1.27-alpine
  fix: write it without spaces`
  ]
]

t.test('names that no image can have', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  ['short', 'rancher:\n  services:\n    web: {image: nginx}\n'],
  ['long', 'rancher:\n  services:\n    web: {image: "registry.example.org:5000/a/b__c/d-e.f:V1.2_x"}\n'],
  ['IPv6', 'rancher:\n  services:\n    web: {image: "[fd00::1]:5000/nginx"}\n'],
  [
    'a digest',
    'rancher:\n  services:\n    web: {image: "nginx:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}\n'
  ],
  ['a host in capitals', 'rancher:\n  services:\n    web: {image: "LOCAL/nginx"}\n'],
  ['the version of the system', 'rancher:\n  services:\n    web: {image: "rosd/base:${VERSION}"}\n'],
  ['a variable', 'rancher:\n  environment: {TAG: "1.27"}\n  services: {web: {image: "nginx:${TAG}"}}\n'],
  ['a default', 'rancher:\n  services:\n    web: {image: "nginx:${TAG:-latest}"}\n'],
  ['a variable whose absence does no harm', 'rancher:\n  services:\n    web: {image: "nginx${SUFFIX}"}\n']
]

t.test('names of images are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
