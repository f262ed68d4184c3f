import { isAddress } from '../../core/cidr.ts'
import { Refusal } from '../refusal.ts'
import type { Route } from '../route.ts'
import { ref } from '../schemas.ts'

export const tlsRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/tls/server',
    summary: 'Make a new certificate for User Docker',
    about:
      "It is signed by the document's authority (rancher.docker.ca_cert and ca_key), else by one the machine makes once, and kept in machine.yml, from where it counts. Refused where another layer brings a certificate.",
    body: {
      'application/json': {
        about: 'Names and addresses clients call it by; localhost and 127.0.0.1 are always in it.',
        schema: ref('TlsHosts')
      }
    },
    answers: { 200: { about: 'It was made; all PEM.', schema: ref('TlsKeys') } },
    run: (agent, request) => agent.certificates.server(hostsOf(request.body))
  },
  {
    method: 'POST',
    path: '/v1/tls/client',
    summary: 'Make a certificate with which a client may use User Docker',
    about:
      'The machine keeps it nowhere. Whoever has it may do everything on User Docker for as long as the authority is the same. One that lies on this machine, as cert.pem beside key.pem in `folder`, is made anew thirty days before its end.',
    body: {
      'application/json': {
        about: 'The folder of this machine that it is going to be written to, if it is one.',
        schema: ref('TlsFolder')
      }
    },
    answers: { 200: { about: 'It was made; all PEM.', schema: ref('TlsKeys') } },
    run: (agent, request) => agent.certificates.client(folderOf(request.body))
  }
]

function hostsOf(body: unknown): readonly string[] {
  const { hosts = [] } = (typeof body === 'object' && body !== null ? body : {}) as { readonly hosts?: unknown } // checked below
  if (!Array.isArray(hosts)) throw refused('hosts is a list of names and addresses')
  return hosts.map((host: unknown) => {
    if (typeof host === 'string' && (isAddress(host) || NAME.test(host))) return host
    throw refused(`${JSON.stringify(host)} is neither a name like docker.example.org nor an address`)
  })
}

function folderOf(body: unknown): string | null {
  const { folder = null } = (typeof body === 'object' && body !== null ? body : {}) as { readonly folder?: unknown } // checked below
  if (folder === null || (typeof folder === 'string' && /^\/[^\0]*$/.test(folder))) return folder
  throw refused('folder is the path of a folder, beginning with /')
}

/** A name of DNS, or all of one level (RFC 6125, 6.4.3). */
const NAME =
  /^(?=.{1,253}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/

function refused(detail: string): Refusal {
  return new Refusal('ROS_API_BAD_REQUEST', detail)
}
