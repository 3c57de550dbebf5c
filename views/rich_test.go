package views

import (
	"strings"
	"testing"
)

func TestRich(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"Press **Next**, then `Finish`.", "Press <strong>Next</strong>, then <kbd>Finish</kbd>."},
		{"<script>**<b>**", "&lt;script&gt;<strong>&lt;b&gt;</strong>"},
		{"`<i>`", "<kbd>&lt;i&gt;</kbd>"},
		{"2 ** 3", "2 ** 3"},
		{"open `mark", "open `mark"},
		{"**** and ``", "**** and ``"},
		{"`a **b** c`", "<kbd>a **b** c</kbd>"},
		{"", ""},
	} {
		if got := richHTML(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzRich(f *testing.F) {
	f.Add("Press **Next** & `Fin<ish>`")
	f.Add("**`**`")
	f.Fuzz(func(t *testing.T, text string) {
		out := richHTML(text)
		inside := 0
		for i := range len(out) {
			if out[i] == '<' {
				inside++
			}
		}
		if want := tagCount(out); inside != want {
			t.Errorf("%q gave %q: %d angle brackets, %d of our tags", text, out, inside, want)
		}
	})
}

// tagCount counts the four tags that rich may write.
func tagCount(out string) int {
	n := 0
	for _, tag := range []string{"<strong>", "</strong>", "<kbd>", "</kbd>"} {
		n += strings.Count(out, tag)
	}
	return n
}
