import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'one twice',
    'write_files:\n  - {path: /etc/a, content: x}\n  - {path: /etc//a, container: console, content: y}\n',
    `cloud-config.yml:4:12: write_files[1].path: write_files[0] writes \`/etc/a\` already
    - {path: /etc//a, container: console, content: y}
             ^
  expected: each file of a container once
  fix: take one of the two out`
  ],
  [
    'a file in a file',
    'write_files:\n  - {path: /etc/a/b, content: x}\n  - {path: /etc/a, content: y}\n',
    `cloud-config.yml:3:12: write_files[0].path: lies in \`/etc/a\`, which write_files[1] makes a file
    - {path: /etc/a/b, content: x}
             ^
  expected: files in directories
  fix: give one of the two another path`
  ],
  [
    'a directory',
    'write_files:\n  - {path: /etc/a/, content: x}\n',
    `cloud-config.yml:3:12: write_files[0].path: \`/etc/a/\` is the name of a directory
    - {path: /etc/a/, content: x}
             ^
  expected: the path of a file
  fix: add the name of the file`
  ],
  [
    'not base64',
    'write_files:\n  - path: /etc/a\n    encoding: b64\n    content: "%%%"\n',
    `cloud-config.yml:5:14: write_files[0].content: its content is not base64, as encoding 'b64' says
      content: "%%%"
               ^
  expected: content in b64
  fix: encode it again (\`base64 FILE\`, \`gzip -c FILE | base64\`), or take \`encoding\` out`
  ],
  [
    'not gzip',
    'write_files:\n  - {path: /etc/a, encoding: gz+b64, content: aGVsbG8=}\n',
    `cloud-config.yml:3:47: write_files[0].content: its content is not gzip, as encoding 'gz+b64' says: incorrect header check
    - {path: /etc/a, encoding: gz+b64, content: aGVsbG8=}
                                                ^
  expected: content in gz+b64
  fix: encode it again (\`base64 FILE\`, \`gzip -c FILE | base64\`), or take \`encoding\` out`
  ],
  [
    'an owner',
    'write_files:\n  - {path: /etc/a, owner: "root:root:root"}\n',
    `cloud-config.yml:3:27: warning: write_files[0].owner: \`root:root:root\` is no owner
    - {path: /etc/a, owner: "root:root:root"}
                            ^
  expected: USER or USER:GROUP, by name or number, for instance root:root
  fix: name one user and at most one group`
  ],
  [
    'a container that is not there',
    'write_files:\n  - {path: /etc/ntp.conf, container: ntpd}\n',
    `cloud-config.yml:3:38: warning: write_files[0].container: there is no service \`ntpd\`, did you mean \`ntp\`?
    - {path: /etc/ntp.conf, container: ntpd}
                                       ^
  expected: the name of a service of System Docker
  fix: correct the name, or add the service`
  ],
  [
    'a container of User Docker',
    'write_files:\n  - {path: /etc/a, container: web}\nrancher: {services: {web: {image: nginx}}}\n',
    `cloud-config.yml:3:31: warning: write_files[0].container: service \`web\` is of User Docker, where no files are written
    - {path: /etc/a, container: web}
                                ^
  expected: the name of a service of System Docker
  fix: write it into the console, as a path that the service has among its volumes`
  ]
]

t.test('files that cannot be written', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'in several containers',
    'write_files:\n  - {path: /etc/a, content: x, owner: "root:"}\n  - {path: /etc/a, container: ntp, content: y, owner: "1000:docker"}\n'
  ],
  [
    'packed',
    'write_files:\n  - {path: /etc/a, encoding: b64, content: aGVsbG8=}\n  - {path: /etc/b, encoding: gz+b64, content: "H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="}\n'
  ],
  ['in one directory', 'write_files:\n  - {path: /etc/a/b, content: x}\n  - {path: /etc/a/bc, content: y}\n']
]

t.test('files are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
