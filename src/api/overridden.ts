// Values of the user document that cannot count, because a layer above it says something else.
import type { Layer } from '../document/layers.ts'
import { origins } from '../document/origins.ts'
import { showPath } from '../document/path.ts'
import { type Problem, problem } from '../document/problem.ts'
import { HIDDEN } from '../document/secret.ts'
import { type Path, spot } from '../document/shape.ts'
import { sourceOf } from '../document/source.ts'
import { equal, isArray, isFields, type Value } from '../document/value.ts'

/** A warning for each plain value or list at or below one of the paths that a higher layer overrides with another one. */
export function overridden(layers: readonly Layer[], paths: readonly Path[]): readonly Problem[] {
  return paths.flatMap((path) => below(layers, path))
}

/** The paths at which the user document says something it did not say before. */
export function written(before: readonly Layer[], after: readonly Layer[]): readonly Path[] {
  return [...differences(ownValue(before), ownValue(after), [])]
}

function ownValue(layers: readonly Layer[]): Value {
  return origins(layers, []).find(({ kind }) => kind === 'user')?.value ?? {}
}

function* differences(from: Value | undefined, to: Value | undefined, path: Path): Generator<Path> {
  if (to === undefined || equal(from, to)) return
  if (!isFields(from) || !isFields(to)) return yield path
  for (const [key, child] of Object.entries(to)) {
    yield* differences(Object.hasOwn(from, key) ? from[key] : undefined, child, [...path, key])
  }
}

function below(layers: readonly Layer[], path: Path): readonly Problem[] {
  const all = origins(layers, path)
  const own = all.find(({ kind }) => kind === 'user')
  const [above] = all.filter(({ kind }) => kind === 'cmdline' || kind === 'arguments')
  if (own === undefined || above === undefined || equal(own.value, above.value)) return []
  if (isFields(own.value) && isFields(above.value) && !own.taken)
    return Object.keys(own.value).flatMap((key) => below(layers, [...path, key]))
  const layer = layers.find(({ kind }) => kind === above.kind)
  const source = sourceOf(above.layer, layer?.text ?? '')
  const offset = (source.starts[above.line - 1] ?? 0) + above.column - 1
  const secret = spot(path)?.secret ?? false
  const message = above.taken
    ? 'is taken away here, whatever cloud-config.yml says'
    : `is overridden here: ${secret ? HIDDEN : show(above.value)} counts, not what cloud-config.yml says`
  return [
    problem(source, offset, {
      code: 'ROS_DOC_OVERRIDDEN',
      severity: 'warning',
      key: showPath(path),
      message,
      fix: 'take the argument off the kernel command line and reboot; the value is kept until then',
      secret
    })
  ]
}

function show(value: Value): string {
  return isFields(value) || isArray(value) ? JSON.stringify(value) : String(value)
}
