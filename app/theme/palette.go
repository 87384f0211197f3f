package theme

import (
	"image/color"

	"paydesk/app/look"
)

// Palette is a colour for every name of package look.
type Palette map[look.Colour]color.NRGBA

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

// states are the whole-screen colours: the same by day and by night, so that
// an outcome never looks different from what people have learnt.
var states = Palette{
	look.Approved: rgb(0x0A5C2F), look.OnApproved: rgb(0xFFFFFF),
	look.Declined: rgb(0x9B1420), look.OnDeclined: rgb(0xFFFFFF),
	look.NotCharged: rgb(0x36424F), look.OnNotCharged: rgb(0xFFFFFF),
	look.Checking: rgb(0xFFC02E), look.OnChecking: rgb(0x221A00),
	look.Part: rgb(0x0B4F6C), look.OnPart: rgb(0xFFFFFF),
	look.Review: rgb(0x582A83), look.OnReview: rgb(0xFFFFFF),
	look.Stored: rgb(0x7A3A06), look.OnStored: rgb(0xFFFFFF),
	look.Training: rgb(0xFFD60A), look.OnTraining: rgb(0x141200),
	look.Paper: rgb(0xFFFFFF), look.OnPaper: rgb(0x15181C),
	look.Clear: {},
}

var light = Palette{
	look.Ground: rgb(0xEDF0F4), look.Surface: rgb(0xFFFFFF), look.Raised: rgb(0xFFFFFF),
	look.Pressed: rgb(0xD3DBE6), look.Line: rgb(0xCBD3DD), look.Ink: rgb(0x0F1720),
	look.Soft:   rgb(0x4A5766),
	look.Accent: rgb(0x0B4DBB), look.AccentDown: rgb(0x083A8F), look.OnAccent: rgb(0xFFFFFF),
	look.Off: rgb(0xDCE2E9), look.OnOff: rgb(0x556170),
	look.Wrong: rgb(0xA31621), look.Notice: rgb(0xFFE9B8), look.OnNotice: rgb(0x3A2A00),
	look.Shade:        {R: 10, G: 16, B: 24, A: 150},
	look.TintApproved: rgb(0x0A5C2F), look.TintDeclined: rgb(0x9B1420), look.TintNotCharged: rgb(0x45515F),
	look.TintChecking: rgb(0x6E4A00), look.TintPart: rgb(0x0B4F6C), look.TintReview: rgb(0x582A83),
	look.TintStored: rgb(0x7A3A06),
}

var dark = Palette{
	look.Ground: rgb(0x0D1117), look.Surface: rgb(0x161C24), look.Raised: rgb(0x222A35),
	look.Pressed: rgb(0x3A4656), look.Line: rgb(0x364250), look.Ink: rgb(0xF3F6F9),
	look.Soft:   rgb(0xAEB9C6),
	look.Accent: rgb(0x8DB8FF), look.AccentDown: rgb(0x6B9DF0), look.OnAccent: rgb(0x061329),
	look.Off: rgb(0x232B36), look.OnOff: rgb(0x9AA6B4),
	look.Wrong: rgb(0xFF9AA2), look.Notice: rgb(0x46360A), look.OnNotice: rgb(0xFFE7AE),
	look.Shade:        {R: 0, G: 0, B: 0, A: 175},
	look.TintApproved: rgb(0x63D996), look.TintDeclined: rgb(0xFF98A0), look.TintNotCharged: rgb(0xB9C3CF),
	look.TintChecking: rgb(0xFFC94D), look.TintPart: rgb(0x7CCBEA), look.TintReview: rgb(0xCFA8F5),
	look.TintStored: rgb(0xFFB583),
}

// contrast is for eyes that need more: black on white with edges that are
// seen, and every pair at 7:1.
var contrast = Palette{
	look.Ground: rgb(0xFFFFFF), look.Surface: rgb(0xFFFFFF), look.Raised: rgb(0xFFFFFF),
	look.Pressed: rgb(0xC8D4E6), look.Line: rgb(0x000000), look.Ink: rgb(0x000000),
	look.Soft:   rgb(0x2B2B2B),
	look.Accent: rgb(0x002E7A), look.AccentDown: rgb(0x001A47), look.OnAccent: rgb(0xFFFFFF),
	look.Off: rgb(0xE6E6E6), look.OnOff: rgb(0x444444),
	look.Wrong: rgb(0x8A0010), look.Notice: rgb(0xFFE9B8), look.OnNotice: rgb(0x000000),
	look.Shade:        {R: 0, G: 0, B: 0, A: 190},
	look.TintApproved: rgb(0x064723), look.TintDeclined: rgb(0x7F0F19), look.TintNotCharged: rgb(0x2F3944),
	look.TintChecking: rgb(0x4A3200), look.TintPart: rgb(0x073B51), look.TintReview: rgb(0x46206A),
	look.TintStored: rgb(0x5C2B04),
}

// Pair is a text colour on a ground, and the contrast that it must have.
type Pair struct {
	Text, Ground look.Colour
	Least        float64
}

// Pairs lists every combination in which something is written: 7:1 for
// amounts and outcomes, 4.5:1 for the rest (WCAG 2.2, 1.4.6 and 1.4.3).
var Pairs = []Pair{
	{look.Ink, look.Surface, 7}, {look.Ink, look.Ground, 7}, {look.Ink, look.Raised, 7}, {look.Ink, look.Pressed, 4.5},
	{look.Soft, look.Surface, 4.5}, {look.Soft, look.Ground, 4.5}, {look.Soft, look.Raised, 4.5},
	{look.OnAccent, look.Accent, 7}, {look.OnAccent, look.AccentDown, 4.5},
	{look.OnOff, look.Off, 4.5}, {look.Wrong, look.Ground, 4.5}, {look.Wrong, look.Surface, 4.5},
	{look.OnNotice, look.Notice, 7}, {look.OnTraining, look.Training, 7}, {look.OnPaper, look.Paper, 7},
	{look.OnApproved, look.Approved, 7}, {look.OnDeclined, look.Declined, 7}, {look.OnNotCharged, look.NotCharged, 7},
	{look.OnChecking, look.Checking, 7}, {look.OnPart, look.Part, 7}, {look.OnReview, look.Review, 7}, {look.OnStored, look.Stored, 7},
	{look.TintApproved, look.Surface, 4.5}, {look.TintDeclined, look.Surface, 4.5}, {look.TintNotCharged, look.Surface, 4.5},
	{look.TintChecking, look.Surface, 4.5}, {look.TintPart, look.Surface, 4.5}, {look.TintReview, look.Surface, 4.5},
	// A list shows what needs attention on the colour of a notice.
	{look.Ink, look.Notice, 7}, {look.Soft, look.Notice, 4.5}, {look.TintDeclined, look.Notice, 4.5}, {look.TintNotCharged, look.Notice, 4.5},
	{look.TintChecking, look.Notice, 4.5}, {look.TintPart, look.Notice, 4.5}, {look.TintReview, look.Notice, 4.5},
	{look.TintStored, look.Notice, 4.5}, {look.TintStored, look.Surface, 4.5}, {look.TintStored, look.Ground, 4.5},
	{look.TintApproved, look.Ground, 4.5}, {look.TintDeclined, look.Ground, 4.5}, {look.TintNotCharged, look.Ground, 4.5},
	{look.TintChecking, look.Ground, 4.5}, {look.TintPart, look.Ground, 4.5}, {look.TintReview, look.Ground, 4.5},
}
