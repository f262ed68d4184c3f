import t from 'tap'
import { complaints } from './support.ts'

const word = (...parts: readonly (string | Buffer)[]) =>
  Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    })
  )
const blob = (type: string, ...rest: readonly string[]) => word(type, ...rest).toString('base64')
const ED = blob('ssh-ed25519', 'x'.repeat(32))
const RSA = blob('ssh-rsa', '\u0001\u0000\u0001', 'n'.repeat(256))
const keys = (...lines: readonly string[]) => `ssh_authorized_keys: ${JSON.stringify(lines)}\n`

t.test('lines that sshd passes over', async (t) => {
  for (const [line, why] of [
    [ED, 'it begins with no type of key that sshd knows'],
    ['ssh-ed25519', 'the key is missing after its type'],
    ['ssh-ed25519 AAAA…', 'the key is not base64'],
    [`ssh-rsa ${ED}`, 'the key is cut off, or not of type ssh-rsa'],
    [`ssh-ed25519 ${ED.slice(0, 40)}`, 'the key is cut off'],
    [`ssh-ed25520 ${ED}`, 'it begins with no type of key that sshd knows'],
    [`from="10.0.0.0/8 ssh-ed25519 ${ED}`, 'a quote in its options is not closed']
  ] as const) {
    const [first = '', ...rest] = complaints(keys(line)).split('\n')
    t.equal(first, `cloud-config.yml:2:23: warning: ssh_authorized_keys[0]: opens nothing: ${why}`, line)
    t.same(rest.slice(-2), [
      '  expected: the one line of a `.pub` file, for instance `ssh-ed25519 AAAA… ann@example.org`',
      '  fix: paste the whole line of the `.pub` file'
    ])
  }
})

t.test('a key listed twice is told, whatever its options and its comment', async (t) => {
  t.match(
    complaints(keys(`ssh-ed25519 ${ED} ann`, `no-pty ssh-ed25519 ${ED}`)),
    /note: ssh_authorized_keys\[1\]: is the key of ssh_authorized_keys\[0\] once more/
  )
})

t.test('a private key refuses the document and is never quoted', async (t) => {
  const text = `ssh_authorized_keys:\n  - |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    c2VjcmV0\n    -----END OPENSSH PRIVATE KEY-----\n`
  t.equal(
    complaints(text),
    `cloud-config.yml:3:5: ssh_authorized_keys[0]: this is a private key: whoever reads the document can log in with it
  expected: the one line of a \`.pub\` file, for instance \`ssh-ed25519 AAAA… ann@example.org\`
  fix: paste the public half, and make a new pair: this one is known now`
  )
})

t.test('keys are fine', async (t) => {
  for (const lines of [
    [`ssh-ed25519 ${ED}`, `ssh-rsa ${RSA} bob@example.org with a comment`],
    [`from="10.0.0.0/8,192.168.*",command="echo \\"a b\\"" ssh-ed25519 ${ED} ann`],
    [`no-pty,cert-authority ssh-ed25519 ${ED}`],
    ...['ssh-dss', 'ecdsa-sha2-nistp256', 'sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'].map(
      (type) => [`${type} ${blob(type, 'x')}`]
    ),
    ...['ssh-rsa-cert-v01@openssh.com', 'sk-ssh-ed25519-cert-v01@openssh.com'].map((type) => [
      `${type} ${blob(type, 'x')}`
    ]),
    [`# two of a file\nssh-ed25519 ${ED}\n\nssh-rsa ${RSA}\n`]
  ]) {
    t.equal(complaints(keys(...lines)), '', lines.join(' and '))
  }
})

const pem = (label: string, bytes: Buffer, headers = '') =>
  `-----BEGIN ${label}-----\n${headers}${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`
const DER = Buffer.from([0x30, 3, 2, 1, 0])
const openssh = (type: string, cipher = 'none') =>
  pem(
    'OPENSSH PRIVATE KEY',
    Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      word(cipher, 'none', ''),
      Buffer.from([0, 0, 0, 1]),
      word(word(type, 'x'.repeat(32)), 'secret')
    ])
  )
const hostKeys = (entries: Readonly<Record<string, string>>) =>
  `rancher:\n  ssh:\n    keys: ${JSON.stringify(entries)}\n`

t.test('host keys of another type than their name says, and what is none', async (t) => {
  const half = `ssh-ed25519 ${ED}`
  for (const [entries, why] of [
    [{ ed25519: 'PRIVATE' }, 'ed25519: no line of it is -----BEGIN …-----'],
    [{ ed25519: openssh('ssh-rsa') }, 'ed25519: it is of type ssh-rsa, not ed25519'],
    [{ rsa: pem('EC PRIVATE KEY', DER) }, 'rsa: it is of type ecdsa, not rsa'],
    [{ rsa: pem('CERTIFICATE', DER) }, 'rsa: it is labelled CERTIFICATE'],
    [{ rsa: openssh('ssh-rsa', 'aes256-ctr') }, 'rsa: it asks for a passphrase, which nobody is there to type'],
    [
      { rsa: pem('RSA PRIVATE KEY', DER, 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n') },
      'rsa: it asks for a passphrase, which nobody is there to type'
    ],
    [{ rsa: openssh('ssh-rsa').replace('-----END', '----END') }, 'rsa: -----END OPENSSH PRIVATE KEY----- is missing'],
    [{ 'rsa-pub': half }, 'rsa-pub: it is of type ssh-ed25519, not rsa'],
    [{ 'ed25519-pub': openssh('ssh-ed25519') }, 'ed25519-pub: it is a private key'],
    [
      { ed25519: openssh('ssh-ed25519'), 'ed25519-pub': `ssh-ed25519 ${blob('ssh-ed25519', 'y'.repeat(32))}` },
      'ed25519-pub: it is not the public half of `ed25519`'
    ]
  ] as const) {
    const said = complaints(hostKeys(entries)).split('\n')
    t.ok(said[0]?.endsWith(`rancher.ssh.keys.${why}`), `${said[0]} for ${why}`)
    t.equal(said.length, 3, 'the line is not quoted')
  }
  t.equal(
    complaints(
      hostKeys({
        ed25519: openssh('ssh-ed25519'),
        'ed25519-pub': `${half} host\n`,
        rsa: pem('RSA PRIVATE KEY', DER),
        ecdsa: `${pem('EC PARAMETERS', Buffer.from([6, 1, 0]))}${pem('EC PRIVATE KEY', DER)}`,
        dsa: ''
      })
    ),
    '',
    'keys of the type of their name are fine'
  )
})
