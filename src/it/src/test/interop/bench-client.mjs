// A stock Baileys account for the side-by-side benchmark: multi-file auth state and key cache, as its documentation has it.
// Arguments: the server's URI, the folder of the account. Speaks lines as the Java class BenchClient does.
import { createInterface } from 'node:readline'
import makeWASocket, { DisconnectReason, makeCacheableSignalKeyStore, useMultiFileAuthState } from 'baileys'

const [url, folder] = process.argv.slice(2)
const say = line => process.stdout.write(line + '\n')

// stdout belongs to the protocol, and libsignal prints sessions.
console.log = console.info = console.debug = console.warn = console.error = () => {}
const silent = { level: 'silent', child: () => silent }
for (const level of ['trace', 'debug', 'info', 'warn', 'error']) silent[level] = () => {}

let acked = 0
let received = 0
let sending = false
let inFlight = 0
let wake = () => {}
let sock

const { state, saveCreds } = await useMultiFileAuthState(folder)

const connect = () => {
	const mine = (sock = makeWASocket({
		auth: { creds: state.creds, keys: makeCacheableSignalKeyStore(state.keys, silent) },
		waWebSocketUrl: url,
		logger: silent,
		// Otherwise a first connection holds its events back for 20 s.
		shouldSyncHistoryMessage: () => false
	}))
	sock.ev.on('creds.update', saveCreds)
	sock.ev.on('connection.update', ({ connection, lastDisconnect, qr }) => {
		if (qr) say(`qr ${qr}`)
		if (connection === 'open') say(`open ${state.creds.me.id.replace(/:\d+@/, '@')}`)
		if (connection === 'close' && mine === sock) {
			if (lastDisconnect?.error?.output?.statusCode === DisconnectReason.restartRequired) connect()
			else process.exit(1)
		}
	})
	sock.ev.on('messages.upsert', ({ messages }) => {
		for (const { message } of messages) {
			if (message?.conversation || message?.extendedTextMessage) received++
		}
	})
	sock.ws.on('CB:ack,class:message', ({ attrs }) => {
		if (attrs.error) say(`failed ${attrs.error}`)
		else acked++
		inFlight--
		wake()
	})
}

async function send(jid, most) {
	sending = true
	for (let number = 1; sending; number++) {
		while (inFlight >= most) await new Promise(resolve => (wake = resolve))
		inFlight++
		sock.sendMessage(jid, { text: `Message ${number} of the side-by-side run` }).catch(error => {
			say(`failed ${error}`)
			inFlight--
			wake()
		})
	}
	while (inFlight > 0) await new Promise(resolve => (wake = resolve))
	say('stopped')
}

connect()
createInterface({ input: process.stdin, crlfDelay: Infinity })
	.on('line', line => {
		const [command, ...words] = line.split(' ')
		if (command === 'send') void send(words[0], Number(words[1]))
		else if (command === 'greet') {
			inFlight++
			void sock.sendMessage(words[0], { text: 'Hello' })
		} else if (command === 'stop') sending = false
		else if (command === 'acked') say(`acked ${acked}`)
		else if (command === 'received') say(`received ${received}`)
		else throw new Error(`no command ${command}`)
	})
	.on('close', () => process.exit(0))
