package archtest

import "testing"

func TestWaits(t *testing.T) {
	const head = "package x\nimport \"context\"\n"
	tests := []struct{ name, file, text, want string }{
		{"a work", "app/sale/x.go", `func f() { run(func(ctx context.Context) func() { desk.Set(ctx); return func() { show() } }) }`, ""},
		{"behind the work", "app/sale/x.go", `func f() { run(func(ctx context.Context) func() { return func() { desk.Set(ctx) } }) }`, "ctx behind the work"},
		{"where it failed", "app/x.go", `func f() { run(func(ctx context.Context) func() { if bad { return func() { desk.Set(ctx) } }; return nil }) }`, "ctx behind the work"},
		{"work behind the work", "app/x.go", `func f() { run(func(ctx context.Context) func() { return func() { run(func(ctx context.Context) func() { desk.Set(ctx); return nil }) } }) }`, ""},
		{"what is returned", "app/x.go", `func f() { run(func(ctx context.Context) func() { return then(desk.Set(ctx)) }) }`, ""},
		{"made", "app/sale/x.go", `func f() { desk.Set(context.Background()) }`, "context.Background"},
		{"made later", "app/sale/x.go", `func f() { desk.Set(context.TODO()) }`, "context.TODO"},
		{"the beginning", "app/app.go", `func f() { desk.Set(context.Background()) }`, ""},
		{"the bridge", "app/bridge/x.go", `func f() { work(context.Background()) }`, ""},
		{"a test", "app/sale/x_test.go", `func f() { desk.Set(context.Background()) }`, ""},
		{"elsewhere", "terminal/x.go", `func f() { desk.Set(context.Background()) }`, ""},
	}
	for _, tt := range tests {
		if got := rulesOf(t, tt.file, head+tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
