// Who may pull from a registry of a test, by name and password or by tokens.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** `name:password` of the one line of HTPASSWD. */
export const USER = 'ann:s3:cret'
export const HTPASSWD = 'ann:$2y$05$abcdefghijklmnopqrstuurbSequnG1gzxxhK4UV/3MoClne322iS\n'

export interface BearerGate {
  /** The token that opens. */
  readonly access: string
  /** The token it is had for. */
  readonly refresh: string
  /** Scopes for which one was had. */
  readonly granted: readonly string[]
  ask(incoming: IncomingMessage, outgoing: ServerResponse): boolean
}

/** Lets through who shows an access token, and gives one for a refresh token (RFC 6749, section 6, as registries have it). */
export function bearerGate(): BearerGate {
  const granted: string[] = []
  const [access, refresh] = ['access-token', 'refresh-token']
  return {
    access,
    refresh,
    granted,
    ask(incoming, outgoing) {
      if (incoming.url?.startsWith('/token') === true) {
        let body = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk
        })
        incoming.on('end', () => {
          const asked = new URLSearchParams(body)
          const right = asked.get('grant_type') === 'refresh_token' && asked.get('refresh_token') === refresh
          if (right) granted.push(asked.get('scope') ?? '')
          outgoing.writeHead(right ? 200 : 401, { 'content-type': 'application/json' })
          const refused = { errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }
          outgoing.end(JSON.stringify(right ? { access_token: access, expires_in: 300 } : refused))
        })
        return true
      }
      if (incoming.headers.authorization === `Bearer ${access}`) return false
      const realm = `http://${incoming.headers.host ?? ''}/token`
      outgoing.writeHead(401, {
        'www-authenticate': `Bearer realm="${realm}",service="test",scope="repository:app:pull"`,
        'content-type': 'application/json'
      })
      outgoing.end(JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'authentication required' }] }))
      return true
    }
  }
}
