// yaml-language-server, spoken to as an editor does: LSP over its standard input and output.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

export interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number; readonly character: number } }
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly uri?: string; readonly diagnostics?: readonly Diagnostic[] }
  readonly result?: unknown
}

export interface LanguageServer {
  /** Opens a text and resolves with what the server says of it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]>
  ask(method: string, params: unknown): Promise<unknown>
  stop(): Promise<void>
}

/** A running server that looks nothing up in the network. */
export async function languageServer(): Promise<LanguageServer> {
  const program = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server')
  const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const answers = new Map<number, (result: unknown) => void>()
  const said = new Map<string, (diagnostics: readonly Diagnostic[]) => void>()
  let rest = Buffer.alloc(0)
  let last = 0
  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  }
  const hear = ({ id, method, params, result }: Message) => {
    if (method === 'textDocument/publishDiagnostics') said.get(params?.uri ?? '')?.(params?.diagnostics ?? [])
    else if (method !== undefined && id !== undefined) send({ id, result: null })
    else if (id !== undefined) answers.get(id)?.(result)
  }
  child.stdout.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/.exec(rest.subarray(0, Math.max(0, end)).toString())?.[1])
      if (end === -1 || rest.length < end + 4 + length) return
      hear(JSON.parse(rest.subarray(end + 4, end + 4 + length).toString()) as Message) // LSP says so
      rest = rest.subarray(end + 4 + length)
    }
  })
  const ask = (method: string, params: unknown) => {
    last += 1
    const answer = new Promise<unknown>((resolve) => answers.set(last, resolve))
    send({ id: last, method, params })
    return answer
  }
  await ask('initialize', { processId: process.pid, rootUri: null, capabilities: {} })
  send({ method: 'initialized', params: {} })
  const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } }
  send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml } } })
  return {
    ask,
    open(uri, text) {
      const answer = new Promise<readonly Diagnostic[]>((resolve) => said.set(uri, resolve))
      send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } })
      return answer
    },
    async stop() {
      const ended = new Promise((resolve) => child.on('close', resolve))
      child.kill()
      await ended
    }
  }
}
