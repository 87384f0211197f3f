package wedge

import "strings"

// keyboard is what the keys of a layout type, in the order of usKeys, without
// Shift and with it. A sign for which two keys stand is the first one's.
type keyboard [2]string

// Readers and scanners press the keys of an American keyboard. usKeys is what
// they mean.
var usKeys = keyboard{
	"`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./",
	"~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?",
}

// keyboards are the layouts of the languages that the screens speak. Where a key
// only gives the next one a mark, the layout has the mark as it stands alone:
// some systems type it, and others swallow it with the next sign.
var keyboards = []keyboard{
	{"^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-", "°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_"},  // German
	{"²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!", "²1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§"},  // French
	{"º1234567890'¡qwertyuiop`+çasdfghjklñ´zxcvbnm,.-", "ª!\"·$%&/()=?¿QWERTYUIOP^*ÇASDFGHJKLÑ¨ZXCVBNM;:_"},  // Spanish
	{"\\1234567890'«qwertyuiop+´~asdfghjklçºzxcvbnm,.-", "|!\"#$%&/()=?»QWERTYUIOP*`^ASDFGHJKLÇªZXCVBNM;:_"}, // Portuguese
	{"'1234567890-=qwertyuiop´[]asdfghjklç~zxcvbnm,.;", "\"!@#$%¨&*()_+QWERTYUIOP`{}ASDFGHJKLÇ^ZXCVBNM<>:"},  // Brazilian
	{"|1234567890'¿qwertyuiop´+}asdfghjklñ{zxcvbnm,.-", "°!\"#$%&/()=?¡QWERTYUIOP¨*]ASDFGHJKLÑ[ZXCVBNM;:_"},  // Latin American
	{"`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./", "¬!\"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?"},  // British
}

// undo is what was meant by signs that came out of another layout, one byte for
// each sign (ISO/IEC 8859-1). The caller clears it.
func (k keyboard) undo(signs []byte) []byte {
	meant := make([]byte, len(signs))
	for i, b := range signs {
		meant[i] = b
		for shift, row := range k {
			if at := strings.IndexRune(row, rune(b)); at >= 0 {
				meant[i] = usKeys[shift][len([]rune(row[:at]))]
				break
			}
		}
	}
	return meant
}
