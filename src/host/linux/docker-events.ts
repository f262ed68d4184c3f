// An engine's event stream as ticks with a name, reconnected for ever; losing and regaining it is an event, too.
import type Dockerode from 'dockerode'
import { Observable } from 'rxjs'
import type { DockerEvent } from '../ports.ts'

/** Milliseconds between two tries to reach an engine that is away. */
const RETRY = 500

/** One connection for each who listens; it is closed when he does no more. */
export function dockerEvents(engine: Dockerode): Observable<DockerEvent> {
  return new Observable<DockerEvent>((subscriber) => {
    let stopped = false
    let timer: NodeJS.Timeout | null = null
    let stream: (NodeJS.ReadableStream & { destroy?: () => void }) | null = null
    const tell = (action: string) =>
      subscriber.next({
        type: 'connection',
        action,
        name: '',
        exitCode: null,
        id: '',
        commanded: false,
        attributes: {}
      })

    const connect = async () => {
      try {
        stream = await engine.getEvents({})
      } catch {
        again()
        return
      }
      if (stopped) {
        stream.destroy?.()
        return
      }
      tell('connected')
      let rest = ''
      stream.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString('utf8')).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const event = parse(line)
          if (event !== null) subscriber.next(event)
        }
      })
      let lost = false
      const lose = () => {
        if (lost || stopped) return
        lost = true
        tell('lost')
        again()
      }
      stream.on('end', lose)
      stream.on('close', lose)
      stream.on('error', lose)
    }

    const again = () => {
      if (!stopped) timer = setTimeout(() => void connect(), RETRY)
    }

    void connect()
    return () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      stream?.destroy?.()
    }
  })
}

interface EngineEvent {
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> }
}

/** What an engine does to a container only when it is asked to; `stop` and `restart` come after the `die` they caused. */
const COMMANDED =
  /^(create|destroy|update|rename|kill|stop|restart|pause|unpause|exec_create|exec_start|attach|commit|copy|export)$/

/** One line of the stream; null for what is not worth a look. */
export function parse(line: string): DockerEvent | null {
  if (line.trim() === '') return null
  const { Type, Action = '', Actor } = JSON.parse(line) as EngineEvent // the API's shape
  if (Type !== 'container' && Type !== 'image' && Type !== 'network') return null
  const { name = '', exitCode, signal, oldName } = Actor?.Attributes ?? {}
  const action = Action.replace(/^(exec_\w+):.*$/s, '$1')
  return {
    type: Type,
    action,
    name,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    id: Actor?.ID ?? '',
    commanded: Type === 'container' && COMMANDED.test(action),
    attributes: {
      ...(signal === undefined ? {} : { signal }),
      ...(oldName === undefined ? {} : { oldName: oldName.replace(/^\//, '') }),
      ...(exitCode === undefined ? {} : { exitCode })
    }
  }
}
