package saml

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// characters checks that the bytes are UTF-8 of characters that XML allows (XML §2.2), with the line ends of XML §2.11.
func characters(data []byte) (string, *Error) {
	bad := refuse(ReasonXML, notWellFormed)
	if !utf8.Valid(data) {
		return "", bad
	}
	for i, c := range data {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0xEF && i+2 < len(data) && data[i+1] == 0xBF && data[i+2] >= 0xBE {
			return "", bad
		}
	}
	s := string(data)
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s, nil
}

var xmlDeclaration = regexp.MustCompile(`^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*["']1\.0["']([ \t\n]+encoding[ \t\n]*=[ \t\n]*["']([A-Za-z0-9._-]+)["'])?([ \t\n]+standalone[ \t\n]*=[ \t\n]*["'](yes|no)["'])?[ \t\n]*\?>`)

// declaration skips an XML declaration. Metadata may name another encoding than the one it came in, as .NET does.
func (r *reader) declaration() *Error {
	if !strings.HasPrefix(r.text, "<?xml") || len(r.text) < 6 || !blank(r.text[5]) {
		return nil
	}
	found := xmlDeclaration.FindStringSubmatch(r.text)
	if found == nil || found[2] != "" && !strings.EqualFold(found[2], "utf-8") && !r.limits.loose {
		return refuse(ReasonXML, notWellFormed)
	}
	r.at = len(found[0])
	return nil
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// plain resolves references. Blanks of an attribute value become spaces (XML §3.3.3).
func (r *reader) plain(s string, attribute bool) (string, *Error) {
	if attribute && strings.ContainsAny(s, "\t\n") {
		s = strings.NewReplacer("\t", " ", "\n", " ").Replace(s)
	}
	if strings.IndexByte(s, '&') < 0 {
		return s, nil
	}
	var b strings.Builder
	for {
		before, behind, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		end := max(0, strings.IndexByte(behind[:min(len(behind), 12)], ';'))
		c, known := reference(behind[:end])
		if !known {
			return "", refuse(ReasonXML, "it has an entity that XML does not know")
		}
		b.WriteRune(c)
		s = behind[end+1:]
	}
}

var entities = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// reference resolves the name of an entity or character reference (XML §4.1).
func reference(name string) (rune, bool) {
	if c, known := entities[name]; known {
		return c, true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if hex, is := strings.CutPrefix(digits, "x"); is {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	c := rune(n)
	if err != nil || !strings.HasPrefix(name, "#") || n > utf8.MaxRune || !utf8.ValidRune(c) || c == 0xFFFE || c == 0xFFFF {
		return 0, false
	}
	return c, c >= ' ' || c == '\t' || c == '\n' || c == '\r'
}

// name reads a name with an optional prefix.
func (r *reader) name() (prefix, local string, e *Error) {
	start := r.at
	for r.at < len(r.text) && nameCharacter(r.text[r.at]) {
		r.at++
	}
	raw := r.text[start:r.at]
	prefix, local, prefixed := strings.Cut(raw, ":")
	if !prefixed {
		prefix, local = "", raw
	}
	switch {
	case len(raw) > r.limits.name:
		return "", "", refuse(ReasonTooLarge, "a name is too long")
	case !nameStart(local) || prefixed && !nameStart(prefix) || strings.Contains(local, ":"):
		return "", "", refuse(ReasonXML, "it has odd names")
	}
	return prefix, local, nil
}

func nameCharacter(c byte) bool {
	return letterOrDigit(c) || c == '_' || c == '-' || c == '.' || c == ':'
}

func nameStart(s string) bool {
	return s != "" && nameCharacter(s[0]) && (s[0] < '0' || s[0] > '9') && s[0] != '-' && s[0] != '.' && s[0] != ':'
}

// blanks skips white space and tells whether there was any.
func (r *reader) blanks() bool {
	start := r.at
	for r.at < len(r.text) && blank(r.text[r.at]) {
		r.at++
	}
	return r.at > start
}

// taken goes past s if it comes next.
func (r *reader) taken(s string) bool {
	if !strings.HasPrefix(r.text[r.at:], s) {
		return false
	}
	r.at += len(s)
	return true
}
