import t from 'tap'
import { pullFailure } from '../../src/core/pull-failure.ts'

const IMAGE = 'registry.lan:5000/app:1'

t.test('what an engine says of a pull becomes a code, a way out and a time to try again', async (t) => {
  const rows: readonly (readonly [said: string, code: string, retry: string, out: RegExp])[] = [
    [
      'Get "https://registry.lan:5000/v2/": no basic auth credentials',
      'ROS_IMAGE_DENIED',
      'slowly',
      /put credentials into rancher\.registry_auths\."registry\.lan:5000"/
    ],
    [
      "(HTTP code 404) unexpected - pull access denied for app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'ROS_IMAGE_DENIED',
      'slowly',
      /has no such image/
    ],
    [
      '(HTTP code 404) no such container - manifest for registry.lan:5000/app:1 not found: manifest unknown: manifest unknown',
      'ROS_IMAGE_MISSING',
      'slowly',
      /correct its name, tag or digest/
    ],
    [
      'Get "https://registry.lan:5000/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'ROS_IMAGE_CERTIFICATE',
      'slowly',
      /rancher\.registry_auths\."registry\.lan:5000"\.ca_cert/
    ],
    [
      'x509: certificate has expired or is not yet valid: current time 1970-01-01T00:00:09Z is before 2026-01-01T00:00:00Z',
      'ROS_IMAGE_CERTIFICATE',
      'soon',
      /set the clock/
    ],
    [
      "x509: cannot validate certificate for 10.0.0.9 because it doesn't contain any IP SANs",
      'ROS_IMAGE_CERTIFICATE',
      'slowly',
      /not made out to registry\.lan:5000/
    ],
    ['remote error: tls: certificate required', 'ROS_IMAGE_CERTIFICATE', 'slowly', /client_cert/],
    ['http: server gave HTTP response to HTTPS client', 'ROS_IMAGE_CERTIFICATE', 'slowly', /insecure_registry/],
    ['toomanyrequests: You have reached your pull rate limit.', 'ROS_IMAGE_LIMIT', 'slowly', /use a mirror/],
    [
      'no matching manifest for linux/amd64 in the manifest list entries',
      'ROS_IMAGE_PLATFORM',
      'slowly',
      /not made for this processor/
    ],
    [
      `filesystem layer verification failed for digest sha256:${'0'.repeat(64)}`,
      'ROS_IMAGE_DIGEST',
      'slowly',
      /thrown away/
    ],
    ['write /var/lib/docker/tmp/x: no space left on device', 'ROS_IMAGE_SPACE', 'slowly', /docker system prune/],
    [
      'proxyconnect tcp: dial tcp 10.0.0.8:3128: connect: connection refused',
      'ROS_IMAGE_UNREACHABLE',
      'soon',
      /https_proxy/
    ],
    ['dial tcp 10.0.0.9:5000: connect: no route to host', 'ROS_IMAGE_UNREACHABLE', 'soon', /the way there/],
    ['dial tcp: lookup registry.lan: no such host', 'ROS_IMAGE_UNREACHABLE', 'soon', /the way there/],
    ['Get "https://registry.lan:5000/v2/": EOF', 'ROS_IMAGE_UNREACHABLE', 'soon', /see whether it runs/],
    ['received unexpected HTTP status: 503 Service Unavailable', 'ROS_IMAGE_UNREACHABLE', 'soon', /whether it runs/],
    ['the registry has sent nothing for 300 s', 'ROS_IMAGE_UNREACHABLE', 'soon', /whether it runs/],
    ['the moon is full', 'ROS_IMAGE_PULL', 'soon', /could not be pulled: the moon is full$/]
  ]
  for (const [said, code, retry, out] of rows) {
    const error = pullFailure(IMAGE, false, new Error(said))
    t.same([error.code, error.retry], [code, retry], said)
    t.match(error.message, out, said)
    t.match(error.message, IMAGE)
  }
})

t.test('credentials that are there are what is wrong', async (t) => {
  t.match(
    pullFailure('busybox', true, new Error('unauthorized: incorrect username or password')).message,
    /docker\.io refuses the credentials of rancher\.registry_auths\."https:\/\/index\.docker\.io\/v1\/"/
  )
})

t.test('of the addresses in what an engine says only the part without secrets is told', async (t) => {
  const said = 'Get "https://me:s3cret@store.lan/blob?X-Signature=abc123": dial tcp 10.0.0.9:443: i/o timeout'
  const { message } = pullFailure(IMAGE, false, new Error(said))
  t.notMatch(message, /s3cret|abc123/)
  t.match(message, /Get "https:\/\/store\.lan\/blob": dial tcp/)
})
