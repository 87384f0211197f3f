package text

import "testing"

func TestFinishedSentencesAreFound(t *testing.T) {
	const gone = "The receipt printer on /dev/ttyUSB0 is not there. Check power and cable."
	tests := []struct{ name, said, want string }{
		{"with a port in it", gone, "Der Belegdrucker an /dev/ttyUSB0 ist nicht da. Strom und Kabel prüfen."},
		{"two of them", "The cover of the receipt printer is open. Close it. " + gone,
			"Der Deckel des Belegdruckers ist offen. Schließen. Der Belegdrucker an /dev/ttyUSB0 ist nicht da. Strom und Kabel prüfen."},
		{"one that nobody knows", "The moon is out.", "The moon is out."},
		{"a known one before it", "The cover of the receipt printer is open. Close it. The moon is out.",
			"Der Deckel des Belegdruckers ist offen. Schließen. The moon is out."},
		{"a part of one", "The receipt printer on /dev/ttyUSB0 is not", "The receipt printer on /dev/ttyUSB0 is not"},
		{"a verb in what is put in", "The receipt printer on /dev/%s%d is not there. Check power and cable.",
			"Der Belegdrucker an /dev/%s%d ist nicht da. Strom und Kabel prüfen."},
		{"none", "", ""},
	}
	for _, tt := range tests {
		if got := In("de").Say(tt.said); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := In(English).Say(gone); got != gone {
		t.Errorf("English: got %q", got)
	}
}
