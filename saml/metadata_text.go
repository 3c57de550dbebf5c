package saml

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// metadataBytes unwraps what people paste and names what is no metadata at all.
func metadataBytes(b []byte) ([]byte, *Error) {
	s := strings.TrimSpace(strings.TrimPrefix(utf8Text(b), "\ufeff"))
	if !utf8.ValidString(s) && latin1.MatchString(s) {
		s = fromLatin1(s)
	}
	switch {
	case !utf8.ValidString(s):
		return nil, refuse(ReasonMetadataNotSAML, "not text")
	case strings.HasPrefix(s, "<"):
		return []byte(s), nil
	case strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"):
		return nil, refuse(ReasonMetadataLink, "")
	}
	if p, _ := pem.Decode([]byte(s + "\n")); p != nil {
		s = string(p.Bytes)
	} else if plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), "")); err == nil {
		s = string(plain)
	}
	if s = strings.TrimSpace(strings.TrimPrefix(s, "\ufeff")); strings.HasPrefix(s, "<") && utf8.ValidString(s) {
		return []byte(s), nil
	}
	if _, err := ParseCertificates(string(b)); err == nil {
		return nil, refuse(ReasonMetadataCert, "")
	}
	return nil, refuse(ReasonMetadataNotSAML, "")
}

// utf8Text turns UTF-16 with its byte order mark, as Windows saves text, into UTF-8; all else stays.
func utf8Text(b []byte) string {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		order = binary.BigEndian
	case !bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return string(b)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// latin1 matches a declaration of the one other encoding that is still met.
var latin1 = regexp.MustCompile(`(?i)^<\?xml[^>]*encoding=["'](iso-8859-1|windows-1252)["']`)

// fromLatin1 turns ISO 8859-1 into UTF-8. Of Windows-1252 only quotes and dashes in names come out differently.
func fromLatin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}
