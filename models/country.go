package models

import (
	"slices"
	"strings"
	"sync"

	"github.com/biter777/countries"
)

// maxCountry is longer than any country's name, in bytes: the library's look-up takes minutes for what fits into a request.
const maxCountry = 100

// ParseCountry reads an ISO 3166-1 code or a country's name and answers its alpha-2 code (SPEC P1). Empty stays empty.
func ParseCountry(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	if len(text) > maxCountry {
		return "", invalid("country", "That is too long for a country. Send its two-letter code (US, DE, JP) or its English name.")
	}
	c := countries.ByName(text)
	code := c.Alpha2()
	// The library reads "XX" as a country called None.
	if !c.IsValid() || len(code) != 2 || c == countries.None {
		return "", invalid("country", "“"+text+"” is not a country. Send its two-letter code (US, DE, JP) or its English name.")
	}
	return code, nil
}

// Country is one entry of the drop-down.
type Country struct{ Code, Name string }

// Countries lists today's countries by name.
var Countries = sync.OnceValue(func() []Country {
	var out []Country
	for _, c := range countries.All() {
		dissolved := c == countries.YUG || c == countries.ANT // the library knows them still
		if c.IsValid() && c != countries.None && len(c.Alpha2()) == 2 && !dissolved {
			out = append(out, Country{c.Alpha2(), c.String()})
		}
	}
	slices.SortFunc(out, func(a, b Country) int { return strings.Compare(a.Name, b.Name) })
	return out
})
