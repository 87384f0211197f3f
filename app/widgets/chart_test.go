package widgets

import (
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestExtents(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []int64
		zero   float32
		want   []extent
	}{
		{"none", nil, 100, nil},
		{"nothing", []int64{0, 0}, 100, []extent{{100, 0}, {100, 0}}},
		{"one", []int64{1250}, 100, []extent{{0, 100}}},
		{"in proportion", []int64{400, 100, 200, 0}, 100, []extent{{0, 100}, {75, 25}, {50, 50}, {100, 0}}},
		{"a cent is seen", []int64{1, 1_000_000}, 100, []extent{{98, 2}, {0, 100}}},
		{"below zero", []int64{300, -100}, 75, []extent{{0, 75}, {75, 25}}},
		{"all below zero", []int64{-50, -100}, 0, []extent{{0, 50}, {0, 100}}},
		{"as large as can be", []int64{math.MaxInt64, math.MinInt64}, 50, []extent{{0, 50}, {50, 50}}},
	} {
		zero, got := extents(tt.values, 100)
		if zero != tt.zero || len(got) != len(tt.want) {
			t.Errorf("%s: zero at %v, want %v; %v, want %v", tt.name, zero, tt.zero, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%s: bar %d is %v, want %v", tt.name, i, got[i], tt.want[i])
			}
		}
	}
}

// A press on the height over a name chooses its bar; on the edges, the last ones.
func TestColumnsTap(t *testing.T) {
	test.NewTempApp(t)
	got := -1
	c := NewColumns(func(i int) { got = i })
	c.Resize(fyne.NewSize(400, 200))
	c.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, 10)})
	if got != -1 {
		t.Errorf("a chart without bars chose %d", got)
	}
	c.Set([]Bar{{Name: "08", Value: 1}, {Name: "09", Value: 2}, {Name: "10"}, {Name: "11", Value: -1}}, false, 1)
	for x, want := range map[float32]int{0: 0, 99: 0, 101: 1, 399: 3, 400: 3, -1: 0} {
		if c.Tapped(&fyne.PointEvent{Position: fyne.NewPos(x, 10)}); got != want {
			t.Errorf("at %v: %d, want %d", x, got, want)
		}
	}
}

// All words and names of a chart stay inside it, whatever is chosen.
func TestColumnsStayInside(t *testing.T) {
	test.NewTempApp(t)
	var bars []Bar
	for i := range 24 {
		bars = append(bars, Bar{Name: "23", Value: int64(i*100 - 300), Before: int64(1200 - i*100), Words: "$1,234,567.89"})
	}
	for _, compared := range []bool{false, true} {
		for chosen := range bars {
			c := NewColumns(nil)
			c.Resize(fyne.NewSize(600, 160))
			c.Set(bars, compared, chosen)
			for _, o := range test.WidgetRenderer(c).Objects() {
				at, size := o.Position(), o.Size()
				if at.X < 0 || at.Y < -0.5 || at.X+size.Width > 600.5 || at.Y+size.Height > 160.5 {
					t.Fatalf("chosen %d: %T at %v, %v", chosen, o, at, size)
				}
			}
		}
	}
}

func TestBeam(t *testing.T) {
	for _, tt := range []struct {
		part, whole int64
		want        float32
	}{{0, 100, 0}, {50, 100, 100}, {100, 100, 200}, {-50, 100, 100}, {1, 1_000_000, 2}, {5, 0, 0}, {200, 100, 200}} {
		if got := (&Beam{Part: tt.part, Whole: tt.whole}).length(200); got != tt.want {
			t.Errorf("%d of %d: %v, want %v", tt.part, tt.whole, got, tt.want)
		}
	}
}
