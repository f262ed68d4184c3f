import t from 'tap'
import { complaints } from './support.ts'

const pem = (label: string, bytes: readonly number[], headers = '') =>
  `-----BEGIN ${label}-----\n${headers}${Buffer.from(bytes).toString('base64')}\n-----END ${label}-----\n`
const DER = [0x30, 3, 2, 1, 0]
const CERTIFICATE = pem('CERTIFICATE', DER)
const docker = (key: string, text: string) => `rancher:\n  docker:\n    ${key}: ${JSON.stringify(text)}\n`

t.test('certificates and keys that are none', async (t) => {
  for (const [key, text, why] of [
    ['ca_cert', '/etc/ssl/ca.pem', 'no line of it is -----BEGIN …-----'],
    ['ca_cert', pem('RSA PRIVATE KEY', DER), 'it is labelled RSA PRIVATE KEY'],
    ['server_key', CERTIFICATE, 'it is labelled CERTIFICATE'],
    ['server_key', pem('ENCRYPTED PRIVATE KEY', DER), 'it asks for a passphrase, which nobody is there to type'],
    [
      'server_key',
      pem('RSA PRIVATE KEY', [1, 2, 3], 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n'),
      'it asks for a passphrase, which nobody is there to type'
    ],
    ['server_cert', CERTIFICATE.slice(0, -20), '-----END CERTIFICATE----- is missing'],
    ['server_cert', CERTIFICATE.replace('END CERT', 'END PKCS'), 'CERTIFICATE ends as PKCSIFICATE'],
    [
      'server_cert',
      CERTIFICATE.replace('MAM', '???'),
      'what stands between BEGIN and END of CERTIFICATE is not base64'
    ],
    ['server_cert', pem('CERTIFICATE', [1, 2, 3]), 'its content is no such thing']
  ] as const) {
    const what = key.endsWith('cert') ? 'certificate' : 'key'
    t.equal(
      complaints(docker(key, text)),
      `cloud-config.yml:4:${key.length + 7}: rancher.docker.${key}: ${why}
  expected: a ${what} in PEM, from -----BEGIN to -----END, indented as a block after \`|\`
  fix: paste the ${what} again`,
      why
    )
  }
})

t.test('certificates and keys are fine, one or a chain of them', async (t) => {
  for (const [key, text] of [
    ['ca_cert', CERTIFICATE + CERTIFICATE],
    ['server_cert', `subject=/CN=docker\n${CERTIFICATE.replaceAll('\n', '\r\n')}`],
    ['ca_key', pem('RSA PRIVATE KEY', DER)],
    ['server_key', pem('PRIVATE KEY', DER)],
    ['server_key', '']
  ] as const) {
    t.equal(complaints(docker(key, text)), '', key)
  }
})
