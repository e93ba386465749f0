// One stock Baileys client, steered by JSON lines: commands on stdin, replies and events on stdout.
//
//   command  {"id": 7, "do": "sendText", "jid": "…", "text": "…"}      reply  {"reply": 7, "ok": {…}} or {"reply": 7, "error": "…"}
//   event    {"event": "open", "id": "…", "lid": "…"}
//
// The client is the published package with its own defaults, save that no history is awaited unless `history` asks for it (a
// first connection without any would hold events back for 20 s). The server's CA is trusted through NODE_EXTRA_CA_CERTS; certificate checks stay on.
// The process ends when stdin ends, so that no client outlives the test that started it.
import { createInterface } from 'node:readline'
import makeWASocket, {
	BufferJSON,
	DisconnectReason,
	downloadMediaMessage,
	getBinaryNodeChildren,
	getContentType,
	initAuthCreds,
	makeCacheableSignalKeyStore,
	normalizeMessageContent,
	proto,
	useMultiFileAuthState
} from 'baileys'

const emit = line => process.stdout.write(JSON.stringify(line) + '\n')

function fatal(kind, error) {
	emit({ event: 'fatal', kind, error: error?.stack ?? String(error) })
	process.exit(3)
}

process.on('unhandledRejection', error => fatal('unhandledRejection', error))
process.on('uncaughtException', error => fatal('uncaughtException', error))

// stdout belongs to the protocol, and libsignal prints whole sessions, keys included: keep the sentence, drop the values.
const toStderr = first => process.stderr.write(String(first) + '\n')
console.log = console.info = console.debug = () => {}
console.warn = console.error = toStderr

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error']

function logger(level) {
	const on = LEVELS.indexOf(level)
	const replacer = (key, value) => (value instanceof Error ? value.stack : BufferJSON.replacer(key, value))
	const at = name => (fields, text) => {
		if (on >= 0 && LEVELS.indexOf(name) >= on) {
			toStderr(`${name} ${text ?? ''} ${typeof fields === 'string' ? fields : JSON.stringify(fields, replacer)}`)
		}
	}

	const log = { level: on < 0 ? 'silent' : level, child: () => log }
	for (const name of LEVELS) log[name] = at(name)
	return log
}

function memoryAuthState() {
	const kinds = new Map()
	const of = kind => kinds.get(kind) ?? kinds.set(kind, new Map()).get(kind)
	return {
		creds: initAuthCreds(),
		keys: {
			get: async (kind, ids) => Object.fromEntries(ids.filter(id => of(kind).has(id)).map(id => [id, of(kind).get(id)])),
			set: async data => {
				for (const [kind, entries] of Object.entries(data)) {
					for (const [id, value] of Object.entries(entries)) {
						if (value === null || value === undefined) of(kind).delete(id)
						else of(kind).set(id, value)
					}
				}
			}
		}
	}
}

let config
let auth
let sock
let saving = Promise.resolve()
const sentMessages = new Map() // what getMessage answers retries from
const sending = new Set() // not in there yet; a retry may be asked for before Baileys' own call returns
const knownMessages = new Map() // key of `quoted`, `read`, `react` … by message id

const APP_STATE_EVENTS = [
	'chats.update',
	'chats.delete',
	'chats.lock',
	'contacts.upsert',
	'messages.delete',
	'labels.edit',
	'labels.association',
	'settings.update'
]

const connect = () => {
	const log = logger(config.log)
	sock = makeWASocket({
		auth: { creds: auth.state.creds, keys: makeCacheableSignalKeyStore(auth.state.keys, log) },
		waWebSocketUrl: config.url,
		logger: log,
		...(config.history ? {} : { shouldSyncHistoryMessage: () => false }),
		getMessage: async key => {
			if (config.answerRetries === false) return undefined
			if (!sentMessages.has(key.id)) await Promise.allSettled(sending)
			return sentMessages.get(key.id)
		},
		...(config.pushName === undefined ? {} : { pushName: config.pushName }),
		...(config.options ?? {})
	})
	const mine = sock
	sock.ev.on('creds.update', () => {
		saving = saving.then(auth.save)
	})
	sock.ev.on('connection.update', update => onConnection(mine, update))
	sock.ev.on('messages.upsert', ({ messages, type }) => messages.forEach(m => onMessage(m, type)))
	sock.ev.on('messages.update', updates => {
		for (const { key, update } of updates) {
			emitStatus(key, update.status)
			if (typeof update.starred === 'boolean') emit({ event: 'star', ...keyFields(key), starred: update.starred })
		}
	})
	// What was done to the application state. Functions that Baileys puts into it are dropped by JSON.
	for (const kind of APP_STATE_EVENTS) sock.ev.on(kind, data => emit({ event: 'state', kind, data }))
	sock.ev.on('message-receipt.update', updates =>
		updates.forEach(({ key, receipt }) => emit({ event: 'receiptUpdate', ...keyFields(key), ...receipt }))
	)
	sock.ev.on('groups.upsert', groups => groups.forEach(g => emit({ event: 'group', jid: g.id, subject: g.subject })))
	sock.ev.on('groups.update', updates => updates.forEach(update => emit({ event: 'groupUpdate', jid: update.id, update })))
	sock.ev.on('group-participants.update', ({ id, author, action, participants }) =>
		emit({ event: 'groupParticipants', jid: id, author, action, participants: participants.map(p => p.id ?? p) })
	)
	sock.ev.on('group.join-request', request => emit({ event: 'joinRequest', jid: request.id, ...request }))
	sock.ev.on('group.member-tag.update', tag => emit({ event: 'memberTag', jid: tag.groupId, ...tag }))
	sock.ev.on('contacts.update', updates => updates.forEach(update => emit({ event: 'contactUpdate', jid: update.id, ...update })))
	sock.ev.on('blocklist.update', update => emit({ event: 'blocklist', ...update }))
	sock.ev.on('presence.update', ({ id, presences }) => emit({ event: 'presence', jid: id, presences }))
	// Baileys merges the updates of a message that come close together, and a lower status that comes later hides a higher one:
	// what reached the client is told from the stanza itself.
	sock.ws.on('CB:receipt', ({ attrs, content }) => {
		const items = getBinaryNodeChildren(Array.isArray(content) ? content[0] : undefined, 'item')
		for (const id of [attrs.id, ...items.map(item => item.attrs.id)]) {
			emit({ event: 'receipt', id, type: attrs.type ?? 'delivery', from: attrs.from, participant: attrs.participant })
		}
	})
	sock.ws.on('CB:ack,class:message', ({ attrs }) => {
		emit({ event: 'ack', id: attrs.id, from: attrs.from, ...(attrs.error ? { error: attrs.error } : {}) })
	})
}

function onConnection(from, { connection, lastDisconnect, qr, isNewLogin }) {
	if (qr) emit({ event: 'qr', qr })
	if (isNewLogin) emit({ event: 'paired', ...me() })
	if (connection === 'open') emit({ event: 'open', ...me() })
	if (connection === 'close') {
		const error = lastDisconnect?.error
		const code = error?.output?.statusCode ?? 0
		emit({ event: 'close', code, reason: DisconnectReason[code], message: error?.message })
		// Every application does this much: the server asks for a new connection once the pairing is done.
		if (code === DisconnectReason.restartRequired && from === sock) connect()
	}
}

const me = () => ({ id: auth.state.creds.me?.id, lid: auth.state.creds.me?.lid, name: auth.state.creds.me?.name })

const keyFields = key => ({
	id: key.id,
	chat: key.remoteJid,
	fromMe: key.fromMe === true,
	...(key.participant ? { participant: key.participant } : {})
})

function emitStatus(key, status) {
	if (status !== undefined && status !== null) {
		emit({ event: 'status', ...keyFields(key), status: proto.WebMessageInfo.Status[status] })
	}
}

function onMessage(message, type) {
	const { key } = message
	// An update that came before the message itself was reported is part of it.
	if (key.fromMe) emitStatus(key, message.status)
	if (message.message) knownMessages.set(key.id, message)
	const content = normalizeMessageContent(message.message)
	const extended = content?.extendedTextMessage
	const quoted = extended?.contextInfo
	emit({
		event: 'message',
		...keyFields(key),
		...(key.remoteJidAlt ? { chatAlt: key.remoteJidAlt } : {}),
		...(key.participantAlt ? { participantAlt: key.participantAlt } : {}),
		type,
		kind: getContentType(content) ?? 'none',
		text: content?.conversation ?? extended?.text ?? content?.imageMessage?.caption,
		pushName: message.pushName,
		timestamp: Number(message.messageTimestamp),
		...(quoted?.stanzaId ? { quotedId: quoted.stanzaId, quotedParticipant: quoted.participant } : {}),
		...(content?.reactionMessage ? { reaction: content.reactionMessage.text, targetId: content.reactionMessage.key?.id } : {}),
		...(content?.protocolMessage
			? {
					protocol: proto.Message.ProtocolMessage.Type[content.protocolMessage.type ?? 0],
					targetId: content.protocolMessage.key?.id
				}
			: {}),
		// A message that could not be decrypted arrives as a stub; tests must see it and not wait in vain.
		...(message.messageStubType
			? { stub: proto.WebMessageInfo.StubType[message.messageStubType], stubParameters: message.messageStubParameters }
			: {})
	})
}

const known = id => {
	const message = knownMessages.get(id)
	if (!message) throw new Error(`no message ${id} was seen by this client`)
	return message
}

const send = async (jid, content, options = {}) => {
	const underWay = sock.sendMessage(jid, content, options).then(sent => {
		sentMessages.set(sent.key.id, sent.message)
		return sent
	})
	sending.add(underWay)
	const sent = await underWay.finally(() => sending.delete(underWay))
	knownMessages.set(sent.key.id, sent)
	return { id: sent.key.id, chat: sent.key.remoteJid }
}

const commands = {
	async start(command) {
		config = command
		auth = command.authDir
			? await useMultiFileAuthState(command.authDir).then(files => ({ state: files.state, save: files.saveCreds }))
			: { state: memoryAuthState(), save: async () => {} }
		connect()
	},
	connect: async () => connect(),
	requestPairingCode: async ({ phoneNumber, code }) => ({ code: await sock.requestPairingCode(phoneNumber, code) }),
	// What goes to status@broadcast names its audience by `statusJidList`.
	sendText: ({ jid, text, quoted, statusJidList }) =>
		send(jid, { text }, { ...(quoted ? { quoted: known(quoted) } : {}), ...(statusJidList ? { statusJidList } : {}) }),
	react: ({ jid, target, text, statusJidList }) =>
		send(jid, { react: { text, key: known(target).key } }, statusJidList ? { statusJidList } : {}),
	// Any content that Baileys can make. JSON has no dates: those of an event are milliseconds.
	async send({ jid, content, quoted }) {
		const made = JSON.parse(JSON.stringify(content), BufferJSON.reviver)
		if (made.event) made.event.startDate = new Date(made.event.startDate)
		return send(jid, made, quoted ? { quoted: known(quoted) } : {})
	},
	// Any message on the wire, for kinds that Baileys reads and has no content for.
	async relay({ jid, message, id }) {
		await sock.relayMessage(jid, proto.Message.fromObject(message), { messageId: id })
		return { id, chat: jid }
	},
	content: ({ target }) => ({
		message: proto.Message.toObject(proto.Message.create(normalizeMessageContent(known(target).message)), {
			enums: String,
			longs: String,
			bytes: String
		})
	}),
	edit: ({ jid, target, text }) => send(jid, { text, edit: known(target).key }),
	revoke: ({ jid, target, statusJidList }) =>
		send(jid, { delete: known(target).key }, statusJidList ? { statusJidList } : {}),
	sendImage: ({ jid, base64, caption }) => send(jid, { image: Buffer.from(base64, 'base64'), caption }),
	async download({ target }) {
		const bytes = await downloadMediaMessage(known(target), 'buffer', { host: sock.getMediaHost() })
		return { base64: bytes.toString('base64') }
	},
	read: ({ target }) => sock.readMessages([].concat(target).map(id => known(id).key)),
	presence: ({ type, jid }) => sock.sendPresenceUpdate(type, jid),
	subscribePresence: ({ jid }) => sock.presenceSubscribe(jid),
	async groupCreate({ subject, participants }) {
		const group = await sock.groupCreate(subject, participants)
		return { jid: group.id, subject: group.subject }
	},
	async groupMetadata({ jid }) {
		const group = await sock.groupMetadata(jid)
		return {
			jid: group.id,
			subject: group.subject,
			participants: group.participants.map(p => ({ id: p.id, phoneNumber: p.phoneNumber, admin: p.admin ?? null }))
		}
	},
	async groupParticipants({ jid, participants, action }) {
		const changed = await sock.groupParticipantsUpdate(jid, participants, action)
		return { participants: changed.map(p => ({ jid: p.jid, status: p.status })) }
	},
	// Any other method of Baileys' socket; what it answers must fit into JSON. With `mayFail` the error's text is the answer.
	async call({ method, args, mayFail }) {
		if (typeof sock[method] !== 'function') throw new Error(`Baileys has no method ${method}`)
		try {
			return { result: (await sock[method](...(args ?? []))) ?? null }
		} catch (error) {
			if (mayFail) return { error: error?.message ?? String(error) }
			throw error
		}
	},
	// How far each collection of the application state was read, with the hash over its values.
	async appState({ names }) {
		const states = await auth.state.keys.get('app-state-sync-version', names)
		const state = name => ({
			version: states[name]?.version ?? 0,
			hash: states[name]?.hash ? Buffer.from(states[name].hash).toString('hex') : ''
		})
		return Object.fromEntries(names.map(name => [name, state(name)]))
	},
	pairingCode: async ({ phone }) => ({ code: await sock.requestPairingCode(phone) }),
	logout: () => sock.logout(),
	end: () => sock.end(undefined),
	async quit() {
		await sock?.end(undefined)
		await saving
		setImmediate(() => process.exit(0))
	}
}

// Commands run one after the other, so that texts leave in the order in which they were asked for; the ends do not queue.
const AT_ONCE = new Set(['end', 'quit'])
let last = Promise.resolve()

createInterface({ input: process.stdin, crlfDelay: Infinity })
	.on('line', line => {
		const command = JSON.parse(line)
		const run = async () => {
			try {
				const action = commands[command.do]
				if (!action) throw new Error(`no command ${command.do}`)
				emit({ reply: command.id, ok: (await action(command)) ?? {} })
			} catch (error) {
				emit({ reply: command.id, error: error?.stack ?? String(error) })
			}
		}
		if (AT_ONCE.has(command.do)) void run()
		else last = last.then(run)
	})
	.on('close', () => process.exit(0))
