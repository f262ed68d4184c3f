import t from 'tap'
import { newAuthority } from '../../../src/tls/authority.ts'
import { complaints } from './support.ts'

t.test('syslog servers that can not be reached by what is said of them', async (t) => {
  const said = complaints(
    'rancher:\n  services: {web: {image: nginx}}\n  logging:\n    a: {port: 514}\n    b: {host: x, sources: [web, kernal]}\n    c: {host: x, ca_cert: no}\n'
  )
  t.match(said, /^cloud-config\.yml:5:5: rancher\.logging\.a: names no server$/m)
  t.match(
    said,
    /^cloud-config\.yml:6:33: warning: rancher\.logging\.b\.sources\[1\]: there is no log of `kernal`, did you mean `kernel`\?$/m
  )
  t.match(said, /^cloud-config\.yml:7:27: rancher\.logging\.c\.ca_cert: no line of it is -----BEGIN …-----$/m)
})

t.test('an authority counts over tls alone', async (t) => {
  const of = (protocol: string) =>
    complaints(
      `${JSON.stringify({ rancher: { logging: { a: { host: 'x', protocol, ca_cert: newAuthority().certificate } } } })}\n`
    )
  t.match(of('tcp'), /ca_cert: does not count over tcp, where nobody shows a certificate/)
  t.equal(of('tls'), '')
})
