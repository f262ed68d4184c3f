// What an engine says of a pull that failed, as a code, a sentence with the way out, and whether trying again can help. The words
// are dockerd's and those of Go's network and TLS libraries. Pure.
import { type Code, type Retry, RosError } from './errors.ts'
import { HUB, type ImageReference, parseReference } from './image-reference.ts'

interface Asked extends ImageReference {
  /** The document has credentials for the registry. */
  readonly known: boolean
}

interface Known {
  readonly words: RegExp
  readonly code: Code
  readonly retry: Retry
  /** What is wrong, and the way out. */
  readonly why: string | ((asked: Asked) => string)
}

/** The first whose words are found counts. */
const KNOWN: readonly Known[] = [
  {
    words: /no space left on device|disk quota exceeded/i,
    code: 'ROS_IMAGE_SPACE',
    retry: 'slowly',
    why: "the engine's disk is full: `docker system df` shows what takes the room, `docker system prune` frees what nothing uses"
  },
  {
    words: /gave HTTP response to HTTPS client/i,
    code: 'ROS_IMAGE_CERTIFICATE',
    retry: 'slowly',
    why: ({ registry }) =>
      `${registry} speaks no TLS: list it in rancher.docker.insecure_registry (or rancher.system_docker's) if you trust the way there`
  },
  {
    words: /certificate has expired or is not yet valid/i,
    code: 'ROS_IMAGE_CERTIFICATE',
    retry: 'soon',
    why: ({ registry }) =>
      `the certificate of ${registry} is not valid now: set the clock of this machine, or renew the certificate`
  },
  {
    words: /certificate is valid for|doesn't contain any IP SANs|not valid for any names/i,
    code: 'ROS_IMAGE_CERTIFICATE',
    retry: 'slowly',
    why: ({ registry }) =>
      `the certificate is not made out to ${registry}: use a name that it has, or one with this name in it`
  },
  {
    words: /bad certificate|certificate required/i,
    code: 'ROS_IMAGE_CERTIFICATE',
    retry: 'slowly',
    why: ({ registry }) =>
      `${registry} asks for a certificate of ours: put it into ${auths(registry)}.client_cert and client_key`
  },
  {
    words: /x509|failed to verify certificate|tls: /i,
    code: 'ROS_IMAGE_CERTIFICATE',
    retry: 'slowly',
    why: ({ registry }) =>
      `nobody here vouches for the certificate of ${registry}: put its authority's into ${auths(registry)}.ca_cert`
  },
  {
    words: /toomanyrequests|too many requests/i,
    code: 'ROS_IMAGE_LIMIT',
    retry: 'slowly',
    why: ({ registry, known }) =>
      known
        ? `${registry} has given this account enough for now: wait, or use a mirror (registry_mirror)`
        : `${registry} has given this address enough for now: wait, log in by ${auths(registry)}, or use a mirror (registry_mirror)`
  },
  {
    words:
      /unauthorized|no basic auth credentials|access denied|requested access to the resource is denied|authentication is required|HTTP (status: )?40[13]|40[13] (Unauthorized|Forbidden)/i,
    code: 'ROS_IMAGE_DENIED',
    retry: 'slowly',
    why: ({ registry, known }) =>
      known
        ? `${registry} refuses the credentials of ${auths(registry)}, or they do not cover this image: correct them, or the name`
        : `${registry} asks who we are, or has no such image: put credentials into ${auths(registry)}, or correct the name`
  },
  {
    words: /no matching manifest for|image operating system .* cannot be used|does not provide the specified platform/i,
    code: 'ROS_IMAGE_PLATFORM',
    retry: 'slowly',
    why: 'it is not made for this processor: use a tag that is, or build one'
  },
  {
    words: /manifest unknown|manifest for .* not found|repository .* not found|name unknown|does not exist/i,
    code: 'ROS_IMAGE_MISSING',
    retry: 'slowly',
    why: ({ registry }) => `${registry} has no such image: correct its name, tag or digest, or push it there`
  },
  {
    words: /verification failed for digest|digest mismatch|unexpected digest|does not match digest/i,
    code: 'ROS_IMAGE_DIGEST',
    retry: 'slowly',
    why: ({ registry }) =>
      `what ${registry} (or a proxy or mirror before it) sent is not what its digest says, and was thrown away: repair the registry`
  },
  {
    words: /proxyconnect|proxy authentication required/i,
    code: 'ROS_IMAGE_UNREACHABLE',
    retry: 'soon',
    why: 'the proxy does not lead there: see rancher.network.https_proxy, and no_proxy for registries that need none'
  },
  {
    words:
      /dial tcp|bad gateway|gateway time-?out|service unavailable|no such host|no route to host|unreachable|refused|timeout|deadline exceeded|connection reset|broken pipe|EOF|HTTP status: 5\d\d|has sent nothing/i,
    code: 'ROS_IMAGE_UNREACHABLE',
    retry: 'soon',
    why: ({ registry }) =>
      registry === HUB
        ? 'Docker Hub can not be reached: see the network and its name servers (`ros network status`), or use a mirror (registry_mirror)'
        : `${registry} can not be reached: see whether it runs, and the way there (\`ros network status\`)`
  }
]

/** The failure of pulling `ref`, by what the engine said; `known`: the document has credentials for its registry. */
export function pullFailure(ref: string, known: boolean, cause: unknown): RosError {
  const words = said(cause)
  const found = KNOWN.find((one) => one.words.test(words))
  if (found === undefined)
    return new RosError('ROS_IMAGE_PULL', `image ${ref} could not be pulled: ${words}`, 'soon', cause)
  const why = typeof found.why === 'string' ? found.why : found.why({ ...parseReference(ref), known })
  return new RosError(found.code, `image ${ref}: ${why} (the engine: ${words})`, found.retry, cause)
}

/** The engine's own words: without what dockerode puts in front, and without secrets that addresses may carry. */
function said(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause))
    .replace(/^\(HTTP code \d+\) [a-z ]*- /, '')
    .replaceAll(/(https?:\/\/)[^/\s"@]*@/g, '$1')
    .replaceAll(/(https?:\/\/[^\s"?]+)\?[^\s":]*/g, '$1')
    .trim()
}

/** The place of a registry's credentials in the document. */
function auths(registry: string): string {
  return `rancher.registry_auths."${registry === HUB ? 'https://index.docker.io/v1/' : registry}"`
}
