import t from 'tap'
import { ask, inReach, printed, refusedBy, signalOf, stateOf } from '../../src/core/supplicant.ts'
import { machine } from '../support/fake-host.ts'

t.test('what wpa_cli says of a link', async (t) => {
  const joined = `bssid=02:00:00:00:01:00
freq=2412
ssid=a=b
id=0
mode=station
wifi_generation=4
pairwise_cipher=CCMP
group_cipher=CCMP
key_mgmt=WPA2-PSK
wpa_state=COMPLETED
ip_address=10.9.0.15
address=02:00:00:00:00:00
`
  t.strictSame(stateOf(joined), {
    state: 'COMPLETED',
    network: 'a=b',
    bssid: '02:00:00:00:01:00',
    frequency: 2412,
    keyManagement: 'WPA2-PSK'
  })
  const nothing = { network: null, bssid: null, frequency: null, keyManagement: null }
  t.strictSame(stateOf('wpa_state=SCANNING\naddress=02:00:00:00:00:00\n'), { state: 'SCANNING', ...nothing })
  t.strictSame(stateOf(''), { state: '', ...nothing })
  t.equal(signalOf('RSSI=-30\nLINKSPEED=54\nNOISE=9999\nFREQUENCY=2412\n'), -30)
  t.equal(signalOf('FAIL\n'), null)
})

t.test('networks that refuse the link, and networks in reach', async (t) => {
  const networks = `network id / ssid / bssid / flags
0	home	any	[CURRENT][TEMP-DISABLED]
1	work	any	[DISABLED]
2	caf\\xc3\\xa9	any	[TEMP-DISABLED]
`
  t.strictSame(refusedBy(networks), ['home', 'caf\\xc3\\xa9'])
  const around = `bssid / frequency / signal level / flags / ssid
02:00:00:00:01:00	2412	-30	[WPA2-PSK-CCMP][ESS]	home
02:00:00:00:02:00	5180	-70	[ESS]	
02:00:00:00:03:00	2437	-60	[ESS]	a "b" \\\\ caf\\xc3\\xa9
`
  t.strictSame(inReach(around), ['home', 'a "b" \\\\ caf\\xc3\\xa9'])
  t.strictSame([refusedBy(''), inReach('')], [[], []])
})

t.test('names as wpa_cli prints them', async (t) => {
  t.equal(printed('home'), 'home')
  t.equal(printed('a "b" \\ café'), 'a \\"b\\" \\\\ caf\\xc3\\xa9')
})

t.test('wpa_cli hears the answer where all containers reach it, and silence is no answer', async (t) => {
  const { host, runs } = machine({
    programs: {
      wpa_cli: (argv) => {
        if (argv.at(-1) === 'hang') throw new Error('killed')
        return argv.at(-1) === 'status' ? 'wpa_state=SCANNING\n' : 255
      }
    }
  })
  t.equal(await ask(host, 'wlan0', 'status'), 'wpa_state=SCANNING\n')
  t.same(runs, ['wpa_cli -p /run/wpa_supplicant -s /run/ros/wifi -i wlan0 status'])
  t.equal(await ask(host, 'wlan0', 'terminate'), '')
  t.equal(await ask(host, 'wlan0', 'hang'), '')
})
