package widgets

// Pressed is called before a press of a finger or a pointer does something: what
// was typed before it, and is held back for a moment, has to arrive first. It is
// the window's to set, and for its goroutine.
var Pressed = func() {}
