// `ros config edit` with scripts for editors, against a model agent.
import { chmodSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { machine } from './support/ros.ts'

const calm = '#cloud-config\nrancher:\n  sysctl:\n    vm.swappiness: 10 # calm\n'
const line = 'vm.swappiness'

/** A machine and an editor that runs these lines of shell, one per time it is opened, with $1 the file. */
async function desk(t: Test, ...turns: readonly string[]) {
  const model = await machine({ user: calm })
  t.teardown(model.stop)
  await model.settled()
  const editor = join(model.root, 'editor')
  const turn = turns.map((shell, i) => `${i}) ${shell} ;;`).join('\n')
  writeFileSync(
    editor,
    `#!/bin/sh\nn=$(cat "$0.n" 2>/dev/null || echo 0); echo $((n + 1)) > "$0.n"\ncase $n in\n${turn}\nesac\n`
  )
  chmodSync(editor, 0o755)
  const copies = () => globSync(join(model.root, 'run/ros/edit-*/*'))
  return { ...model, copies, env: { EDITOR: editor }, opened: () => Number(readFileSync(`${editor}.n`, 'utf8')) }
}

const plan =
  '~ sysctl/vm.swappiness: 10 -> 30  (cloud-config.yml:4:5 rancher.sysctl.vm.swappiness)\n\n1 to update; plan 00f462413b94\n'
const change = '~ rancher.sysctl.vm.swappiness: 10 -> 30\n'

t.test('what is saved is checked, shown, and applied when agreed to', async (t) => {
  const {
    ros,
    env,
    copies,
    userText,
    machine: values,
    stop: _,
    ...here
  } = await desk(t, 'stat -c %a "$1" "$(dirname "$1")" > "$0.modes"; sed -i s/10/30/ "$1"')
  const ran = await ros('config edit --wait 5', { env, typed: true, answers: ['y'] })
  t.same(ran, {
    code: 0,
    out: `${change}settled: generation 2, 1 of 1 ready\n`,
    err: `${change}\n${plan}apply? [y/N/e] y\n`
  })
  t.equal(await userText(), calm.replace('10', '30'))
  t.equal(values.get(line), '30')
  t.equal(readFileSync(join(here.root, 'editor.modes'), 'utf8'), '600\n700\n')
  t.same(copies(), [])
})

t.test('a text that is not changed changes nothing, and no copy stays', async (t) => {
  const { ros, env, copies, userText } = await desk(t, 'true')
  t.same(await ros('config edit', { env, typed: true }), { code: 0, out: 'nothing changes\n', err: '' })
  t.equal(await userText(), calm)
  t.same(copies(), [])
})

t.test('what is not valid is edited again, from where it was left', async (t) => {
  const { ros, env, userText, opened } = await desk(
    t,
    'sed -i s/sysctl/sysctll/ "$1"',
    'sed -i "s/sysctll/sysctl/; s/10/30/" "$1"'
  )
  const { code, err } = await ros('config edit', { env, typed: true, answers: ['', 'y'] })
  t.equal(code, 0)
  t.match(
    err,
    /^cloud-config\.yml:3:3: rancher\.sysctll: unknown key, did you mean `sysctl`\?\n[^]*\nedit again\? \[Y\/n\] \n~ /
  )
  t.equal(await userText(), calm.replace('10', '30'))
  t.equal(opened(), 2)
})

t.test('e edits again; who gives up keeps the copy and is told where it is', async (t) => {
  const { ros, env, copies, userText, opened } = await desk(t, 'sed -i s/10/20/ "$1"', 'sed -i s/20/30/ "$1"')
  const { code, out, err } = await ros('config edit', { env, typed: true, answers: ['e', ''] })
  const [copy = ''] = copies()
  t.same({ code, out }, { code: 1, out: '' })
  t.ok(
    err.endsWith(`${plan}apply? [y/N/e] \nyour text is kept in ${copy}\nros: not applied; nothing was written\n`),
    err
  )
  t.equal(readFileSync(copy, 'utf8'), calm.replace('10', '30'))
  t.equal(statSync(copy).mode & 0o777, 0o600)
  t.equal(await userText(), calm)
  t.equal(opened(), 2)
})

t.test('a file that was changed meanwhile is left alone, and the copy kept', async (t) => {
  const { ros, env, copies, userText, root } = await desk(
    t,
    'sed -i s/10/30/ "$1"; sed -i s/calm/theirs/ "$(dirname "$0")/var/lib/rancher/conf/cloud-config.yml"'
  )
  const { code, err } = await ros('config edit --yes', { env })
  t.equal(code, 1)
  t.match(err, /your text is kept in .*cloud-config\.yml\nros: .*is not what it was when it was read/)
  t.equal(await userText(), calm.replace('calm', 'theirs'))
  t.ok(existsSync(copies()[0] ?? ''), root)
})

t.test('with --yes a script edits; what is not valid is given up', async (t) => {
  const good = await desk(t, 'sed -i s/10/30/ "$1"')
  t.same(await good.ros('config edit -y', { env: good.env }), { code: 0, out: change, err: '' })
  const bad = await desk(t, 'echo "hostnam: x" >> "$1"')
  const { code, err } = await bad.ros('config edit -y', { env: bad.env })
  t.equal(code, 1)
  t.match(
    err,
    /^cloud-config\.yml:5:1: hostnam: [^]*your text is kept in .*\nros: the document is not valid; nothing was written\n$/
  )
  t.equal(await bad.userText(), calm)
  t.equal(bad.copies().length, 1)
})

t.test('an editor that fails or is not there loses nothing', async (t) => {
  const { ros, copies, env } = await desk(t, 'echo "# more" >> "$1"; exit 1')
  t.match(await ros('config edit -y', { env: { EDITOR: '/no/such/editor' } }), {
    code: 1,
    err: /^ros: the editor `\/no\/such\/editor` ended with 127; \$EDITOR names another\n$/
  })
  t.same(copies(), [], 'there was nothing to lose')
  t.match(await ros('config edit -y', { env }), { code: 1, err: /^your text is kept in/ })
  t.equal(copies().length, 1)
})

t.test('without a terminal and without --yes there is nobody to ask', async (t) => {
  const { ros, env, copies } = await desk(t, 'true')
  t.match(await ros('config edit', { env }), { code: 2, err: /^ros: what is to be applied is asked on a terminal/ })
  t.same(copies(), [])
})

t.test('the first document is begun with its first line', async (t) => {
  const model = await machine()
  t.teardown(model.stop)
  const env = { EDITOR: `sh -c 'echo "hostname: web-1" >> "$1"' sh` }
  t.same(await model.ros('config edit -y', { env }), { code: 0, out: '+ hostname: web-1\n', err: '' })
  t.equal(await model.userText(), '#cloud-config\nhostname: web-1\n')
})
