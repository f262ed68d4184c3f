// Wi-Fi on real programs: wpa_supplicant of the image joins hostapd of Debian by way of the kernel's simulated radios. A step of the machine
// of gateway.test.ts, whose kernel has them.
import type { Test } from 'tap'
import type { NetworkView } from '../../src/api/network.ts'
import { type AccessPoint, accessPoint } from '../support/access-point.ts'
import { type TestMachine, USER_FILE } from '../support/machine.ts'

const WPA2 = ['wpa=2', 'wpa_key_mgmt=WPA-PSK', 'rsn_pairwise=CCMP']
const WPA3 = ['wpa=2', 'wpa_key_mgmt=SAE', 'rsn_pairwise=CCMP', 'ieee80211w=2']
const FILE = '/run/ros/wifi/wlan0.conf'

const document = (network: string) => `#cloud-config
rancher:
  network:
    interfaces: {wlan0: {wifi_network: home}}
    wifi_networks: {home: {${network}}}
`

/** Leaves the machine as it was. */
export async function wifi(t: Test, machine: TestMachine): Promise<void> {
  const { root, tried, json, write, resource, until } = machine
  const before = await tried(`cat ${USER_FILE}`)
  const place: AccessPoint = await accessPoint(machine)
  t.teardown(() => place.remove())

  const view = async () => {
    const { wifi, addresses } = await json<NetworkView>('network status')
    const [one] = wifi
    const lease = addresses.find(({ dev, origin }) => dev === 'wlan0' && origin === 'DHCP')?.cidr ?? ''
    return { ...one, lease }
  }
  const message = async (key: string) =>
    (await resource(key)).conditions.find(({ type }) => type === 'Ready')?.message ?? ''
  const says = (key: string, pattern: RegExp, what: string) =>
    until(what, async () => pattern.test(await message(key).catch(String)), 30)
  const joined = () => root('ros wait --for=condition=Ready=wifi/wlan0 --timeout 300')
  const pid = async () => (await root('cat /run/ros/wifi/wlan0.pid')).trim()
  const leased = () => until('a lease', async () => /^10\.9\.0\.1[01]\/24$/.test((await view()).lease), 30)

  await t.test('a wrong key is a complaint, and told nobody', async (t) => {
    await place.serve(['ssid=home', 'wpa_passphrase=correct horse', ...WPA2])
    await write(USER_FILE, document('ssid: home, psk: wrong horse, country: DE'))
    await says('wifi/wlan0', /^'home' does not let wlan0 in, as a rule because of a wrong key/, 'a complaint')
    t.match(await message('dhcp/wlan0'), 'waits for wifi/wlan0')
    t.equal((await root(`stat -c %a ${FILE}`)).trim(), '600')
    const shown = 'ros get --json; ros plan --json; ros network status --json; ros events --json'
    const kept = 'cat /run/ros/*.json /var/lib/rancher/state/owned.json /var/log/rosd.log /var/log/messages'
    t.equal(
      (await root(`{ ${shown}; ${kept}; cat /proc/[0-9]*/cmdline; } 2>/dev/null | grep -c '[h]orse' || true`)).trim(),
      '0'
    )
  })

  await t.test('the key put right, it joins without a new start and gets a lease', async (t) => {
    const first = await pid()
    await write(USER_FILE, document('ssid: home, psk: correct horse, country: DE'))
    await joined()
    await leased()
    t.match(await view(), { state: 'COMPLETED', network: 'home', frequency: 2412, keyManagement: 'WPA2-PSK' })
    t.type((await view()).signal, 'number')
    t.equal(await pid(), first)
    t.match(await root('wpa_cli -s /run/ros/wifi -i wlan0 get country'), 'DE')
    t.match(await root('ros network status'), /wlan0 +COMPLETED +home +-\d+ dBm +2412 +WPA2-PSK/)
  })

  await t.test('killed, it is started again; its file is put back', async (t) => {
    const first = await pid()
    await root(`kill -KILL ${first}`)
    await until('another supplicant', async () => (await pid()) !== first, 30)
    await joined()
    const text = await root(`cat ${FILE}`)
    await root(`sed -i s/correct/another/ ${FILE}; chmod 644 ${FILE}`)
    const file = () => root(`stat -c %a ${FILE}; cat ${FILE}`)
    await until('its file', async () => (await file()) === `600\n${text}`, 30)
    await joined()
    t.equal((await view()).network, 'home')
  })

  await t.test('WPA3, and a name of other letters', async (t) => {
    await place.serve(['ssid2="café"', 'sae_password=correct horse', ...WPA3])
    await write(USER_FILE, document('ssid: café, psk: correct horse, key_mgmt: SAE'))
    await until('joined', async () => (await view()).keyManagement === 'SAE', 60)
    t.match(await view(), { state: 'COMPLETED', network: 'caf\\xc3\\xa9' })
  })

  await t.test('a radio that is switched off is a failure of its link, with the way out', async (t) => {
    const soft = (await root('ls -d /sys/class/net/wlan0/phy80211/rfkill*/soft')).trim()
    await root(`echo 1 > ${soft}`)
    await says('link/wlan0', /its radio is switched off \(rfkill\)/, 'a failure')
    await root(`echo 0 > ${soft}`)
    await root('ros wait --for=condition=Ready=link/wlan0 --timeout 300')
    await joined()
    t.equal((await view()).keyManagement, 'SAE')
  })

  await t.test('taken out of the document, nothing of it is left', async (t) => {
    if (before.code === 0) await write(USER_FILE, before.text)
    else await root(`rm ${USER_FILE}`)
    await until('no file', async () => (await tried(`test -e ${FILE}`)).code !== 0, 30)
    await root('ros wait --timeout 300')
    t.equal(await root('cat /proc/[0-9]*/comm 2>/dev/null | grep wpa_supplicant || true'), '')
    t.equal(await root('ls /run/ros/wifi | grep -v ^wpa_ctrl_ || true'), '')
    t.match(await root('/usr/bin/ip -br link show dev wlan0'), /^wlan0 +DOWN/)
    t.match(await root('ros plan'), /nothing to do/i)
  })
}
