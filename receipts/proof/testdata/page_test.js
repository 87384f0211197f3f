// Runs the page's script on what it reads as JSON from standard input, and
// writes what it said: see page_test.go.
"use strict";
const fs = require("fs"), vm = require("vm");
const script = fs.readFileSync(process.argv[2], "utf8");
const { sha512, pointOf, verifies, check, hex, unhex, words } = vm.runInThisContext("(() => {" + script + "; return { sha512, pointOf, verifies, check, hex, unhex, words }; })()");
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const plain = said => said && { ...said, minor: String(said.minor), body: undefined, signature: undefined };
process.stdout.write(JSON.stringify({
	hashes: (asked.hashes || []).map(m => hex(sha512(unhex(m)))),
	points: (asked.points || []).map(p => pointOf(unhex(p)) !== null),
	verified: (asked.signatures || []).map(s => verifies(unhex(s.key), unhex(s.message), unhex(s.signature))),
	checked: (asked.codes || []).map(c => {
		const { result, said } = check(c, asked.shop);
		return { result, said: plain(said) };
	}),
	words: Object.fromEntries(Object.entries(words).map(([lang, of]) => [lang, Object.keys(of).filter(k => of[k])])),
}));
