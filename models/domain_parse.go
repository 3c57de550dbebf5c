package models

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxDomains bounds one submission of the form.
const maxDomains = 200

// ParseDomains reads what a person typed or pasted: separated by commas, semicolons, blanks or newlines, with or
// without @ or a URL around. It answers normalised names without repeats, or one Error that names every bad one and why
// (SPEC O3).
func ParseDomains(text string) ([]string, error) {
	var out, faults []string
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",; \t\r\n", r) }) {
		name, fault := parseDomain(word)
		switch {
		case fault != nil && !slices.Contains(faults, fault.Message):
			faults = append(faults, fault.Message)
		case fault == nil && !seen[name]:
			seen[name] = true
			out = append(out, name)
		}
		if len(out)+len(faults) > maxDomains {
			return nil, invalid("domains", "Add at most 200 domains at once.")
		}
	}
	if len(faults) > 0 {
		return nil, invalid("domains", strings.Join(faults, " "))
	}
	return out, nil
}

func parseDomain(word string) (string, *Error) {
	name := strings.ToLower(word)
	if _, rest, found := strings.Cut(name, "://"); found {
		name, _, _ = strings.Cut(rest, "/")
		name, _, _ = strings.Cut(name, ":")
	}
	if i := strings.LastIndexByte(name, '@'); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSuffix(strings.TrimSuffix(name, "/"), ".")
	bad := invalid("domains", "“"+word+"” is not a domain. Write it like acme.com.")
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return "", invalid("domains", "“"+word+"” is an IP address, not a domain. Write a domain like acme.com.")
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil || !strings.Contains(ascii, ".") || len(ascii) > 253 || strings.ContainsAny(ascii, "_%:/\\\"<>") {
		return "", bad
	}
	if publicMailbox[ascii] {
		return "", invalid("domains", ascii+" is a public mail service, so it cannot belong to one organization.")
	}
	suffix, icann := publicsuffix.PublicSuffix(ascii)
	if suffix == ascii && (icann || strings.Contains(suffix, ".")) {
		return "", invalid("domains", ascii+" is a public suffix that many organizations share. Write your own domain under it.")
	}
	return ascii, nil
}

// publicMailbox are mailbox services that anybody can have an address at.
var publicMailbox = words(`gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr live.com msn.com
	yahoo.com yahoo.co.uk yahoo.co.jp yahoo.de yahoo.fr ymail.com rocketmail.com icloud.com me.com mac.com aol.com
	gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de proton.me protonmail.com pm.me tutanota.com tuta.io
	mail.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com qq.com 163.com 126.com sina.com foxmail.com naver.com
	daum.net hanmail.net zoho.com fastmail.com hey.com orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it
	virgilio.it seznam.cz wp.pl o2.pl interia.pl onet.pl uol.com.br bol.com.br terra.com.br rediffmail.com
	comcast.net verizon.net att.net sbcglobal.net btinternet.com bluewin.ch mailinator.com guerrillamail.com yopmail.com`)

func words(text string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(text) {
		m[w] = true
	}
	return m
}
