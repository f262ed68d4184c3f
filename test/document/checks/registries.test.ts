import t from 'tap'
import { type Case, complaints, type Told } from './support.ts'

const pem = (label: string) => `-----BEGIN ${label}-----\\nMAMCAQA=\\n-----END ${label}-----\\n`
const [CERT, KEY] = [pem('CERTIFICATE'), pem('PRIVATE KEY')]

const told: readonly Told[] = [
  [
    'a certificate to show without its key',
    `rancher:\n  registry_auths:\n    registry.lan:5000:\n      client_cert: "${CERT}"\n`,
    `cloud-config.yml:5:20: rancher.registry_auths.registry.lan:5000.client_cert: \`client_key\` is missing beside it, and engines then refuse the registry
  expected: both of \`client_cert\` and \`client_key\`
  fix: add \`client_key\``
  ],
  [
    'certificates of a registry that is none',
    `rancher:\n  registry_auths:\n    "../ssl": {ca_cert: "${CERT}"}\n`,
    `cloud-config.yml:4:5: rancher.registry_auths."../ssl": is no host of a registry, and its certificates are kept by that
  expected: HOST or HOST:PORT, as images of it are named
  fix: name the entry by the host`
  ],
  [
    'a certificate of Docker Hub',
    `rancher:\n  registry_auths:\n    "https://index.docker.io/v1/": {ca_cert: "${CERT}"}\n`,
    `cloud-config.yml:4:46: warning: rancher.registry_auths.https://index.docker.io/v1/.ca_cert: engines verify Docker Hub by the authorities of the system alone
  expected: an entry under the name of another registry, or of a mirror
  fix: put it under the host that it is for`
  ],
  [
    'a key in the place of a certificate',
    `rancher:\n  registry_auths:\n    registry.lan: {ca_cert: "${KEY}"}\n`,
    `cloud-config.yml:4:29: rancher.registry_auths.registry.lan.ca_cert: it is labelled PRIVATE KEY
  expected: a certificate in PEM, from -----BEGIN to -----END, indented as a block after \`|\`
  fix: paste the certificate again`
  ]
]

t.test('certificates that no engine would find or take', async (t) => {
  for (const [what, text, printed] of told) t.equal(complaints(text), printed, what)
})

const fine: readonly Case[] = [
  [
    'all of a registry, beside its credentials',
    `rancher:\n  registry_auths:\n    registry.lan:5000: {username: ann, password: s, ca_cert: "${CERT}", client_cert: "${CERT}", client_key: "${KEY}"}\n`
  ],
  ['empty ones', 'rancher:\n  registry_auths: {hub: {ca_cert: "", client_cert: "", client_key: ""}}\n']
]

t.test('certificates are fine', async (t) => {
  for (const [what, text] of fine) t.equal(complaints(text), '', what)
})
