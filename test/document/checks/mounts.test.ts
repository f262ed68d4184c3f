import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const told: readonly Told[] = [
  [
    'a relative target',
    'mounts:\n  - [LABEL=data, mnt/data, ext4, defaults]\n',
    `cloud-config.yml:3:5: mounts[0]: its target 'mnt/data' is no absolute path; give one, such as /mnt/data
    - [LABEL=data, mnt/data, ext4, defaults]
      ^
  expected: [DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]
  fix: correct the entry`
  ],
  [
    'a target the machine stands on',
    'mounts:\n  - [LABEL=data, /usr/, ext4, defaults]\n',
    `cloud-config.yml:3:5: mounts[0]: the machine itself stands on /usr; mount it elsewhere, such as below /mnt
    - [LABEL=data, /usr/, ext4, defaults]
      ^
  expected: [DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]
  fix: correct the entry`
  ],
  [
    'a relative source of a bind mount',
    'mounts:\n  - [data, /mnt/data, none, bind]\n',
    `cloud-config.yml:3:5: mounts[0]: its source 'data' is no absolute path; a bind mount shows a directory of this machine
    - [data, /mnt/data, none, bind]
      ^
  expected: [DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]
  fix: correct the entry`
  ],
  [
    'no device',
    'mounts:\n  - ["", /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:5: mounts[0]: it names no device
    - ["", /mnt/data, ext4, ""]
      ^
  expected: [DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]
  fix: correct the entry`
  ],
  [
    'a device without its directory',
    'mounts:\n  - [sdb1, /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:6: mounts[0][0]: \`sdb1\` is no device, which ext4 needs
    - [sdb1, /mnt/data, ext4, ""]
       ^
  expected: a path such as /dev/sdb1, or LABEL=, UUID=, PARTLABEL= or PARTUUID=
  fix: write /dev/sdb1`
  ],
  [
    'a word where a device is likely',
    'mounts:\n  - [sdb1, /mnt/data]\n',
    `cloud-config.yml:3:6: warning: mounts[0][0]: \`sdb1\` is no device
    - [sdb1, /mnt/data]
       ^
  expected: a path such as /dev/sdb1, or LABEL=, UUID=, PARTLABEL= or PARTUUID=
  fix: write /dev/sdb1`
  ],
  [
    'a label without a name',
    'mounts:\n  - [LABEL=, /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:6: mounts[0][0]: LABEL= names nothing
    - [LABEL=, /mnt/data, ext4, ""]
       ^
  expected: [DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]
  fix: write the label after the \`=\``
  ],
  [
    'a path without a server',
    'mounts:\n  - [/export/data, /mnt/data, nfs, ""]\n',
    `cloud-config.yml:3:6: mounts[0][0]: \`/export/data\` names no directory of a server
    - [/export/data, /mnt/data, nfs, ""]
       ^
  expected: SERVER:/PATH, for instance nas.example.org:/export/data
  fix: put the server before the path`
  ],
  [
    'one target twice',
    'mounts:\n  - [LABEL=a, /mnt/data, ext4, ""]\n  - [LABEL=b, /mnt/data/, ext4, ""]\n',
    `cloud-config.yml:4:5: mounts[1]: something is mounted on /mnt/data by mounts[0] already
    - [LABEL=b, /mnt/data/, ext4, ""]
      ^
  expected: each target and each swap area once
  fix: take one of the two out`
  ],
  [
    'one swap area twice',
    'mounts:\n  - [LABEL=s, none, swap, ""]\n  - [LABEL=s, none, swap, ""]\n',
    `cloud-config.yml:4:5: mounts[1]: swap area LABEL=s is listed by mounts[0] already
    - [LABEL=s, none, swap, ""]
      ^
  expected: each target and each swap area once
  fix: take one of the two out`
  ],
  [
    'inside one that comes later',
    'mounts:\n  - [LABEL=b, /mnt/data/sub, ext4, ""]\n  - [LABEL=a, /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:15: warning: mounts[0][1]: /mnt/data/sub lies in /mnt/data, which mounts[1] mounts later
    - [LABEL=b, /mnt/data/sub, ext4, ""]
                ^
  expected: the row of /mnt/data first
  fix: move mounts[1] before this one; rosd mounts it first whatever the order`
  ],
  [
    'from inside one that comes later',
    'mounts:\n  - [/mnt/data/www, /srv/www, none, bind]\n  - [LABEL=a, /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:6: warning: mounts[0][0]: /mnt/data/www lies in /mnt/data, which mounts[1] mounts later
    - [/mnt/data/www, /srv/www, none, bind]
       ^
  expected: the row of /mnt/data first
  fix: move mounts[1] before this one; rosd mounts it first whatever the order`
  ],
  [
    'swap inside one that comes later',
    'mounts:\n  - [/mnt/data/swap, none, swap, ""]\n  - [LABEL=a, /mnt/data, ext4, ""]\n',
    `cloud-config.yml:3:6: warning: mounts[0][0]: /mnt/data/swap lies in /mnt/data, which mounts[1] mounts later
    - [/mnt/data/swap, none, swap, ""]
       ^
  expected: the row of /mnt/data first
  fix: move mounts[1] before this one; rosd mounts it first whatever the order`
  ]
]

t.test('mounts that cannot be', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'devices',
    'mounts:\n  - [LABEL=a, /mnt/data, ext4, ""]\n  - [LABEL=b, /mnt/data/sub, ext4, ""]\n  - [/mnt/data/www, /srv/www, none, bind]\n  - [/mnt/data/swap, "", swap, ""]\n'
  ],
  [
    'servers',
    'mounts:\n  - [nas:/a, /mnt/a, nfs, ""]\n  - ["[fd00::1]:/b", /mnt/b, nfs4, ""]\n  - [//nas/c, /mnt/c, cifs, ""]\n'
  ],
  [
    'words',
    'mounts:\n  - [tmpfs, /mnt/t, tmpfs, ""]\n  - [shared, /mnt/v, virtiofs, ""]\n  - [tank/data, /mnt/z, zfs, ""]\n'
  ],
  ['neighbours', 'mounts:\n  - [LABEL=b, /mnt/data2, ext4, ""]\n  - [LABEL=a, /mnt/data, ext4, ""]\n'],
  ['a directory on itself', 'mounts:\n  - [/mnt/a, /mnt/a, none, bind]\n']
]

t.test('mounts in their order are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
