import t from 'tap'
import { refuseUnpublished } from '../../src/core/unpublished.ts'

for (const ref of ['rosd/fail2ban:0.1.0', 'docker.io/rosd/fail2ban:0.1.0', 'index.docker.io/rosd/fail2ban@sha256:00'])
  t.test(`${ref} is asked of nobody`, async (t) => {
    t.throws(() => refuseUnpublished(ref), {
      code: 'ROS_IMAGE_MISSING',
      retry: 'slowly',
      message: /REGISTRY_DOMAIN/
    })
  })

for (const ref of ['registry.lan:5000/rosd/fail2ban:0.1.0', 'rosd:1', 'library/rosd', 'rosdx/fail2ban', 'debian:13'])
  t.test(`${ref} is pulled`, async (t) => t.doesNotThrow(() => refuseUnpublished(ref)))
