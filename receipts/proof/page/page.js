"use strict";

// SHA-512 (FIPS 180-4). Its constants are the first bits behind the point of
// the roots of the first primes.
const W64 = (1n << 64n) - 1n;

function root(n, k) { // the largest r with r^k <= n
	let r = 0n;
	for (let bit = 1n << 80n; bit > 0n; bit >>= 1n) {
		if ((r + bit) ** k <= n) r += bit;
	}
	return r;
}

const primes = [];
for (let n = 2; primes.length < 80; n++) {
	if (primes.every(p => n % p)) primes.push(n);
}
const shaStart = primes.slice(0, 8).map(p => root(BigInt(p) << 128n, 2n) & W64);
const shaRound = primes.map(p => root(BigInt(p) << 192n, 3n) & W64);

function sha512(bytes) {
	const length = Math.ceil((bytes.length + 17) / 128) * 128;
	const data = new Uint8Array(length);
	data.set(bytes);
	data[bytes.length] = 0x80;
	new DataView(data.buffer).setUint32(length - 4, bytes.length * 8);
	const turn = (x, n) => (x >> n | x << 64n - n) & W64;
	const state = shaStart.slice();
	for (let at = 0; at < length; at += 128) {
		const w = [];
		for (let i = 0; i < 16; i++) w.push(number(data.subarray(at + 8 * i, at + 8 * i + 8).slice().reverse()));
		for (let i = 16; i < 80; i++) {
			const a = w[i - 15], b = w[i - 2];
			w.push(w[i - 16] + (turn(a, 1n) ^ turn(a, 8n) ^ a >> 7n) + w[i - 7] + (turn(b, 19n) ^ turn(b, 61n) ^ b >> 6n) & W64);
		}
		let [a, b, c, d, e, f, g, h] = state;
		for (let i = 0; i < 80; i++) {
			const one = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + (e & f ^ ~e & W64 & g) + shaRound[i] + w[i];
			const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c);
			[h, g, f, e, d, c, b, a] = [g, f, e, d + one & W64, c, b, a, one + two & W64];
		}
		[a, b, c, d, e, f, g, h].forEach((v, i) => { state[i] = state[i] + v & W64; });
	}
	const sum = new Uint8Array(64);
	state.forEach((v, i) => sum.set(littleEndian(v, 8).reverse(), 8 * i));
	return sum;
}

// number reads bytes, the least first; littleEndian writes them.
function number(bytes) {
	let n = 0n;
	for (let i = bytes.length - 1; i >= 0; i--) n = n << 8n | BigInt(bytes[i]);
	return n;
}

function littleEndian(n, size) {
	const bytes = new Uint8Array(size);
	for (let i = 0; i < size; i++, n >>= 8n) bytes[i] = Number(n & 255n);
	return bytes;
}

// Ed25519 (RFC 8032). Points are in extended coordinates; the addition is the
// complete one, so it has no cases. Nothing here is secret.
const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = n => (n % P + P) % P;

function power(n, e) {
	let r = 1n;
	for (n = mod(n); e > 0n; e >>= 1n, n = n * n % P) {
		if (e & 1n) r = r * n % P;
	}
	return r;
}

const inverse = n => power(n, P - 2n);
const D = mod(-121665n * inverse(121666n));
const rootOfMinusOne = power(2n, (P - 1n) / 4n);
const zero = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
	const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
	const e = b - a, f = d - c, g = d + c, h = b + a;
	return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

// pointOf reads a point; null for what is none, or not in its one encoding.
function pointOf(bytes) {
	const n = number(bytes), odd = n >> 255n, y = n & (1n << 255n) - 1n;
	if (y >= P) return null;
	const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
	let x = mod(u * v ** 3n % P * power(u * v ** 7n, (P - 5n) / 8n));
	if (mod(v * x * x) !== u) x = x * rootOfMinusOne % P;
	if (mod(v * x * x) !== u || x === 0n && odd === 1n) return null;
	if ((x & 1n) !== odd) x = P - x;
	return [x, y, 1n, x * y % P];
}

function bytesOf([x, y, z]) {
	const i = inverse(z);
	return littleEndian(mod(y * i) | (mod(x * i) & 1n) << 255n, 32);
}

const base = pointOf(littleEndian(mod(4n * inverse(5n)), 32));

function small(point) { // of an order up to eight: as a key it fits any signature
	for (let i = 0; i < 3; i++) point = add(point, point);
	return mod(point[0]) === 0n && mod(point[1] - point[2]) === 0n;
}

// verifies reports whether a key signed a message. The signature must be the
// one encoding of itself.
function verifies(key, message, signature) {
	if (key.length !== 32 || signature.length !== 64) return false;
	const a = pointOf(key), s = number(signature.subarray(32));
	if (!a || small(a) || s >= L) return false;
	const k = number(sha512(joined(signature.subarray(0, 32), key, message))) % L;
	const minus = [mod(-a[0]), a[1], a[2], mod(-a[3])], both = add(base, minus);
	let r = zero;
	for (let bit = 252n; bit >= 0n; bit--) {
		r = add(r, r);
		const of = (s >> bit & 1n) + (k >> bit & 1n) * 2n;
		if (of > 0n) r = add(r, of === 1n ? base : of === 2n ? minus : both);
	}
	return same(bytesOf(r), signature.subarray(0, 32));
}

function joined(...parts) {
	const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		all.set(p, at);
		at += p.length;
	}
	return all;
}

const same = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);
const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, "0")).join("");
const unhex = text => Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16));

// The form of codes is told in proof.go.
const letters = "BCDEFGHJKLNPRSTU", domain = "paydesk receipt v1\n";
const kinds = ["sale", "hold", "cash", "cash-back", "bill", "void", "return", "capture"];

// read takes a code apart; null for what is none.
function read(text) {
	const found = /(?:^|[^BCDEFGHJKLNPRSTU])PDR((?:[BCDEFGHJKLNPRSTU]{2})+)$/.exec(text.slice(0, 4096).replace(/\s/g, "").replace(/[a-z]/g, c => c.toUpperCase()));
	if (!found || text.length > 4096) return null;
	const bytes = Uint8Array.from(found[1].match(/../g), pair => letters.indexOf(pair[0]) << 4 | letters.indexOf(pair[1]));
	if (bytes.length < 64) return null;
	const body = bytes.subarray(0, bytes.length - 64);
	let at = 0, good = true;
	const take = n => {
		good = good && at + n <= body.length;
		return body.subarray(at, at += n);
	};
	const varint = () => {
		let n = 0n, shift = 0n;
		for (let byte = 128; good && byte & 128; shift += 7n) {
			byte = take(1)[0];
			n |= BigInt(byte & 127) << shift;
			good = good && shift < 64n && !(byte === 0 && shift > 0n);
		}
		return n;
	};
	const plain = bytes => {
		try {
			return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
		} catch {
			good = false;
		}
	};
	const [version, kind] = take(2), key = hex(take(4)), previous = hex(take(16));
	const seconds = varint(), minor = varint(), currency = plain(take(3));
	const [id, tender, last4] = [0, 0, 0].map(() => plain(take(take(1)[0] || 0)));
	if (!good || at !== body.length || version !== 1 || !kinds[(kind & 127) - 1] || seconds > 253402300799n || minor >> 63n) return null;
	return { kind: kinds[(kind & 127) - 1], training: kind > 127, key, previous, seconds: Number(seconds), minor, currency, id, tender, last4,
		body, signature: bytes.subarray(body.length) };
}

// check reads a code and says whether one of the shop's keys signed it:
// genuine, changed, stranger (another key) or form (no code).
function check(text, shop) {
	const said = read(text);
	if (!said) return { result: "form" };
	const keys = shop.keys.filter(k => k.id === said.key);
	const message = joined(new TextEncoder().encode(domain), said.body);
	if (keys.some(k => verifies(unhex(k.key), message, said.signature))) return { result: "genuine", said };
	return { result: keys.length > 0 ? "changed" : "stranger" };
}

const words = {
	en: {
		title: "Check a receipt", label: "Scan the code on the receipt with the camera of your phone, or paste its text here", camera: "Take a picture of the code",
		empty: "Ready", emptyText: "Nothing leaves this device.", blurred: "No code was found in this picture. Go closer, hold still, and try again.",
		genuine: "Genuine", genuineText: "The shop's terminal signed this. Compare it with the paper: only what stands here is proven.",
		changed: "Not genuine", changedText: "The code was changed after it was made.",
		stranger: "From another terminal", strangerText: "None of the keys in this page signed the code. Ask the shop for its newest page.",
		form: "Not a receipt", formText: "This is not the code of a receipt, or a part of it is missing.",
		note: "What was returned since is known to the shop alone.", practice: "Training: no money was moved.",
		shop: "Shop", kind: "Receipt", amount: "Amount", tender: "Paid with", last4: "Card", time: "Time", number: "Number",
		CASH: "Cash", SPLIT: "Several payments",
		sale: "Sale", hold: "Held, not charged", cash: "Cash sale", "cash-back": "Cash given back", bill: "Bill", void: "Voided", return: "Returned", capture: "Hold charged",
	},
	es: {
		title: "Comprobar un recibo", label: "Escanee el código del recibo con la cámara del teléfono o pegue aquí su texto", camera: "Fotografiar el código",
		empty: "Listo", emptyText: "Nada sale de este dispositivo.", blurred: "No se encontró ningún código en la foto. Acérquese, no se mueva e inténtelo de nuevo.",
		genuine: "Auténtico", genuineText: "Lo firmó el terminal de la tienda. Compárelo con el papel: solo está probado lo que aparece aquí.",
		changed: "No es auténtico", changedText: "El código se modificó después de crearse.",
		stranger: "De otro terminal", strangerText: "Ninguna clave de esta página firmó el código. Pida a la tienda su página más reciente.",
		form: "No es un recibo", formText: "Esto no es el código de un recibo o le falta una parte.",
		note: "Lo devuelto desde entonces solo lo sabe la tienda.", practice: "Prácticas: no se movió dinero.",
		shop: "Tienda", kind: "Recibo", amount: "Importe", tender: "Pagado con", last4: "Tarjeta", time: "Hora", number: "Número",
		CASH: "Efectivo", SPLIT: "Varios pagos",
		sale: "Venta", hold: "Retenido, no cobrado", cash: "Venta en efectivo", "cash-back": "Efectivo devuelto", bill: "Cuenta", void: "Anulado", return: "Devuelto", capture: "Retención cobrada",
	},
	fr: {
		title: "Vérifier un reçu", label: "Scannez le code du reçu avec l’appareil photo du téléphone, ou collez son texte ici", camera: "Photographier le code",
		empty: "Prêt", emptyText: "Rien ne quitte cet appareil.", blurred: "Aucun code sur cette photo. Approchez-vous, ne bougez plus et réessayez.",
		genuine: "Authentique", genuineText: "Le terminal du magasin l’a signé. Comparez avec le papier : seul ce qui figure ici est prouvé.",
		changed: "Pas authentique", changedText: "Le code a été modifié après sa création.",
		stranger: "D’un autre terminal", strangerText: "Aucune clé de cette page n’a signé le code. Demandez au magasin sa page la plus récente.",
		form: "Pas un reçu", formText: "Ce n’est pas le code d’un reçu, ou il en manque une partie.",
		note: "Seul le magasin sait ce qui a été remboursé depuis.", practice: "Formation : aucun argent n’a bougé.",
		shop: "Magasin", kind: "Reçu", amount: "Montant", tender: "Payé par", last4: "Carte", time: "Heure", number: "Numéro",
		CASH: "Espèces", SPLIT: "Plusieurs paiements",
		sale: "Vente", hold: "Bloqué, non débité", cash: "Vente en espèces", "cash-back": "Espèces rendues", bill: "Addition", void: "Annulé", return: "Remboursé", capture: "Blocage débité",
	},
	de: {
		title: "Beleg prüfen", label: "Scannen Sie den Code auf dem Beleg mit der Kamera des Telefons, oder fügen Sie seinen Text hier ein", camera: "Code fotografieren",
		empty: "Bereit", emptyText: "Nichts verlässt dieses Gerät.", blurred: "Auf diesem Bild ist kein Code zu finden. Gehen Sie näher heran, halten Sie still und versuchen Sie es noch einmal.",
		genuine: "Echt", genuineText: "Das Terminal des Geschäfts hat das unterschrieben. Vergleichen Sie es mit dem Papier: Nur was hier steht, ist bewiesen.",
		changed: "Nicht echt", changedText: "Der Code wurde verändert, nachdem er gemacht wurde.",
		stranger: "Von einem anderen Terminal", strangerText: "Keiner der Schlüssel dieser Seite hat den Code unterschrieben. Bitten Sie das Geschäft um seine neueste Seite.",
		form: "Kein Beleg", formText: "Das ist nicht der Code eines Belegs, oder ein Teil davon fehlt.",
		note: "Was seither erstattet wurde, weiß nur das Geschäft.", practice: "Training: Es wurde kein Geld bewegt.",
		shop: "Geschäft", kind: "Beleg", amount: "Betrag", tender: "Bezahlt mit", last4: "Karte", time: "Zeit", number: "Nummer",
		CASH: "Bar", SPLIT: "Mehrere Zahlungen",
		sale: "Verkauf", hold: "Reserviert, nicht abgebucht", cash: "Barverkauf", "cash-back": "Bar zurückgegeben", bill: "Rechnung", void: "Storniert", return: "Erstattet", capture: "Reservierung abgebucht",
	},
	pt: {
		title: "Verificar um recibo", label: "Leia o código do recibo com a câmera do telefone ou cole aqui o texto dele", camera: "Fotografar o código",
		empty: "Pronto", emptyText: "Nada sai deste aparelho.", blurred: "Nenhum código foi encontrado nesta foto. Aproxime-se, não se mexa e tente de novo.",
		genuine: "Autêntico", genuineText: "O terminal da loja assinou isto. Compare com o papel: só está provado o que aparece aqui.",
		changed: "Não é autêntico", changedText: "O código foi alterado depois de criado.",
		stranger: "De outro terminal", strangerText: "Nenhuma chave desta página assinou o código. Peça à loja a página mais recente.",
		form: "Não é um recibo", formText: "Isto não é o código de um recibo ou falta uma parte dele.",
		note: "Só a loja sabe o que foi devolvido desde então.", practice: "Treino: nenhum dinheiro foi movimentado.",
		shop: "Loja", kind: "Recibo", amount: "Valor", tender: "Pago com", last4: "Cartão", time: "Hora", number: "Número",
		CASH: "Dinheiro", SPLIT: "Vários pagamentos",
		sale: "Venda", hold: "Retido, não cobrado", cash: "Venda em dinheiro", "cash-back": "Dinheiro devolvido", bill: "Conta", void: "Cancelado", return: "Devolvido", capture: "Retenção cobrada",
	},
	hi: {
		title: "रसीद जाँचें", label: "रसीद का कोड फ़ोन के कैमरे से स्कैन करें, या उसका टेक्स्ट यहाँ चिपकाएँ", camera: "कोड की तस्वीर लें",
		empty: "तैयार", emptyText: "इस डिवाइस से कुछ भी बाहर नहीं जाता।", blurred: "इस तस्वीर में कोई कोड नहीं मिला। पास जाएँ, स्थिर रखें और फिर कोशिश करें।",
		genuine: "असली", genuineText: "दुकान के टर्मिनल ने इस पर हस्ताक्षर किए हैं। इसे काग़ज़ से मिलाएँ: केवल यहाँ लिखा हुआ ही प्रमाणित है।",
		changed: "असली नहीं", changedText: "कोड बनने के बाद बदला गया है।",
		stranger: "दूसरे टर्मिनल की", strangerText: "इस पेज की किसी कुंजी ने कोड पर हस्ताक्षर नहीं किए। दुकान से उसका नया पेज माँगें।",
		form: "रसीद नहीं", formText: "यह किसी रसीद का कोड नहीं है, या इसका कोई हिस्सा छूट गया है।",
		note: "इसके बाद क्या लौटाया गया, यह केवल दुकान जानती है।", practice: "प्रशिक्षण: कोई पैसा नहीं लिया गया।",
		shop: "दुकान", kind: "रसीद", amount: "राशि", tender: "भुगतान का साधन", last4: "कार्ड", time: "समय", number: "नंबर",
		CASH: "नकद", SPLIT: "कई भुगतान",
		sale: "बिक्री", hold: "रोकी गई, ली नहीं गई", cash: "नकद बिक्री", "cash-back": "नकद लौटाया", bill: "बिल", void: "रद्द", return: "लौटाया गया", capture: "रोकी राशि ली गई",
	},
};

// money writes an amount as the reader does; one too large for that in digits.
function money(said, decimals, lang) {
	const places = said.currency in decimals ? decimals[said.currency] : 2;
	const digits = String(said.minor).padStart(places + 1, "0"), cut = digits.length - places;
	const text = digits.slice(0, cut) + (places ? "." + digits.slice(cut) : "");
	if (digits.length > 15) return said.currency + " " + text;
	return new Intl.NumberFormat(lang, { style: "currency", currency: said.currency, minimumFractionDigits: places, maximumFractionDigits: places }).format(Number(text));
}

function start() {
	const by = id => document.getElementById(id), shop = JSON.parse(by("shop").textContent);
	const lang = (navigator.languages || [navigator.language]).map(l => l.slice(0, 2).toLowerCase()).find(l => l in words) || "en";
	const say = words[lang], write = (id, text) => { by(id).textContent = text; };
	document.documentElement.lang = lang;
	document.title = say.title;
	write("name", shop.name);
	for (const id of ["title", "label", "camera"]) write(id, say[id]);

	const show = (result, said) => {
		const practice = said && said.training;
		by("result").dataset.result = practice ? "practice" : result;
		write("verdict", say[practice ? "practice" : result]);
		write("reason", say[result + "Text"]);
		write("note", said && !practice ? say.note : "");
		const time = said && new Date(said.seconds * 1000).toLocaleString(lang, { dateStyle: "long", timeStyle: "long" });
		by("facts").replaceChildren();
		for (const [name, text] of said ? [["shop", shop.name], ["kind", say[said.kind]], ["amount", money(said, shop.decimals, lang)],
			["tender", ["CASH", "SPLIT"].includes(said.tender) ? say[said.tender] : said.tender], ["last4", said.last4 && "•••• " + said.last4], ["time", time], ["number", said.id]] : []) {
			if (!text) continue;
			const term = document.createElement("dt"), fact = document.createElement("dd");
			term.textContent = say[name];
			fact.textContent = text;
			fact.className = name;
			by("facts").append(term, fact);
		}
	};
	const look = text => {
		const { result, said } = text.trim() ? check(text, shop) : { result: "empty" };
		show(result, said);
	};
	by("code").addEventListener("input", () => look(by("code").value));
	const arrive = () => {
		by("code").value = location.hash.slice(1);
		look(location.hash.slice(1));
	};
	addEventListener("hashchange", arrive);
	if ("BarcodeDetector" in window) {
		by("photo").hidden = false;
		by("picture").addEventListener("change", async () => {
			try {
				const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(by("picture").files[0]));
				by("code").value = codes[0].rawValue;
				look(by("code").value);
			} catch {
				show("form");
				write("reason", say.blurred);
			}
			by("picture").value = "";
		});
	}
	document.forms[0].hidden = false;
	document.forms[0].addEventListener("submit", e => e.preventDefault());
	arrive();
}

if (typeof document !== "undefined") start();
