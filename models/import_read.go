package models

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
)

// Limits of a CSV of people (SPEC I8, P10).
const (
	MaxImportRows  = 50_000
	MaxImportBytes = 20 << 20
	maxImportCells = 100  // columns of the header
	maxImportCell  = 1000 // bytes of one value that are kept
)

// Encodings of a CSV, as people know them.
const (
	EncodingUTF8    = "UTF-8"
	EncodingUTF16   = "UTF-16"
	EncodingWindows = "Windows-1252"
)

// importColumns are the columns of SPEC P1 by the ways a header may spell them, folded by columnKey.
var importColumns = map[string]string{
	"firstname": "firstName", "givenname": "firstName", "first": "firstName",
	"lastname": "lastName", "surname": "lastName", "familyname": "lastName", "last": "lastName",
	"email": "email", "emailaddress": "email", "mail": "email", "workemail": "email",
	"country": "country", "countrycode": "country",
	"currentcity": "currentCity", "city": "currentCity",
	"currentstate": "currentState", "state": "currentState", "region": "currentState",
	"birthyear": "birthYear", "yearofbirth": "birthYear",
	"role": "role", "plan": "plan",
}

// ImportColumns are the columns in the order of the template.
var ImportColumns = []string{"firstName", "lastName", "email", "country", "currentCity", "currentState", "birthYear", "role", "plan"}

var columnMarks = strings.NewReplacer(" ", "", "-", "", "_", "", ".", "", "*", "")

func columnKey(s string) string { return columnMarks.Replace(Fold(s)) }

// ImportFile reads the rows of a CSV of people one after another.
type ImportFile struct {
	Encoding  string
	Separator string // "," ";" or a tab
	Header    []string

	csv *csv.Reader
}

// importHead is how much of a file is looked at to find out how it is written, in bytes.
const importHead = 64 << 10

// OpenImportFile finds out how the file is written and reads its header; it holds no more than a piece of it at a time.
// It answers Invalid with a sentence for people when this is no such CSV. file is read on by next.
func OpenImportFile(file io.ReadSeeker) (*ImportFile, error) {
	f := &ImportFile{}
	text, err := f.decode(file)
	if err != nil {
		return nil, err
	}
	head, _ := text.Peek(importHead) // at the end of a short file there is less, with an error
	if bytes.IndexByte(head[:min(len(head), 4096)], 0) >= 0 {
		return nil, invalid("file", "This is not a CSV file. In Excel or Numbers choose “Save as” or “Export”, then CSV.")
	}
	f.Separator = separatorOf(head)
	if !bytes.Contains(head, []byte("\n")) { // old spreadsheets end their lines with a carriage return alone
		text = bufio.NewReader(transform.NewReader(text, runes.Map(newlines)))
	}
	f.csv = csv.NewReader(text)
	f.csv.Comma, f.csv.FieldsPerRecord, f.csv.ReuseRecord = rune(f.Separator[0]), -1, true
	header, err := f.csv.Read()
	if errors.Is(err, io.EOF) || err == nil && strings.TrimSpace(strings.Join(header, "")) == "" {
		return nil, invalid("file", "There is nothing in it. The first row names the columns; each row below is one person.")
	}
	if err != nil {
		return nil, invalid("file", "The first row cannot be read: a quote mark in it is opened and not closed.")
	}
	for _, h := range header {
		f.Header = append(f.Header, clean(h))
	}
	return f, nil
}

func newlines(r rune) rune {
	if r == '\r' {
		return '\n'
	}
	return r
}

// decode answers the text as UTF-8. What is not valid UTF-8 can only be the old Windows encoding: it has no mistakes.
func (f *ImportFile) decode(file io.ReadSeeker) (*bufio.Reader, error) {
	mark := make([]byte, 2)
	n, _ := io.ReadFull(file, mark)
	decoder := transform.Transformer(unicode.UTF8BOM.NewDecoder())
	switch f.Encoding = EncodingUTF8; {
	case n == 2 && (string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff"):
		f.Encoding, decoder = EncodingUTF16, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	default:
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if _, err := io.Copy(io.Discard, transform.NewReader(file, encoding.UTF8Validator)); errors.Is(err, encoding.ErrInvalidUTF8) {
			f.Encoding, decoder = EncodingWindows, charmap.Windows1252.NewDecoder()
		} else if err != nil {
			return nil, err
		}
	}
	_, err := file.Seek(0, io.SeekStart)
	return bufio.NewReaderSize(transform.NewReader(file, decoder), importHead), err
}

// separatorOf is what stands most often in the first line outside quotes.
func separatorOf(head []byte) string {
	counts, quoted := map[rune]int{}, false
	for _, r := range string(head) {
		if r == '"' {
			quoted = !quoted
		}
		if r == '\n' && !quoted {
			break
		}
		if !quoted {
			counts[r]++
		}
	}
	best := ","
	for _, s := range []string{";", "\t"} {
		if counts[rune(s[0])] > counts[rune(best[0])] {
			best = s
		}
	}
	return best
}

// importCells is one row as it stood in the file. Number counts lines as a spreadsheet does, the header being 1.
type importCells struct {
	Number int64
	Cells  []string
	Fault  string // what keeps the row from being read at all
}

// next reads the next row that holds anything; io.EOF at the end.
func (f *ImportFile) next() (importCells, error) {
	for {
		record, err := f.csv.Read()
		if errors.Is(err, io.EOF) {
			return importCells{}, io.EOF
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return importCells{Number: int64(bad.StartLine), Fault: "The quote marks of line " + strconv.Itoa(bad.StartLine) + " do not fit together. Write a quote mark inside a value twice."}, nil
		}
		if err != nil {
			return importCells{}, err
		}
		line, _ := f.csv.FieldPos(0)
		row := importCells{Number: int64(line)}
		empty := true
		for _, cell := range record {
			row.Cells = append(row.Cells, kept(cell))
			empty = empty && row.Cells[len(row.Cells)-1] == ""
		}
		if !empty {
			return row, nil
		}
	}
}

// SafeCell keeps a spreadsheet from taking a value for a formula: an apostrophe goes before it. Values that begin with
// such an apostrophe get one more, so that reading the file again finds what was written.
func SafeCell(s string) string {
	if likeFormula(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func likeFormula(s string) bool { return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0 }

// kept is a value as it is stored: one line, bounded, without SafeCell's mark.
func kept(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "'") && likeFormula(strings.TrimLeft(s, "'")) {
		s = s[1:]
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
	return strings.ToValidUTF8(s[:min(len(s), maxImportCell)], "")
}

// places maps the columns of SPEC P1 to their places in the header. It answers Invalid for a header that lacks what
// everybody needs, or has it twice.
func places(header []string, defaultCountry string) (map[string]int, error) {
	at := map[string]int{}
	for i, h := range header {
		name, ok := importColumns[columnKey(h)]
		if !ok {
			continue
		}
		if _, twice := at[name]; twice {
			return nil, invalid("file", "Two columns mean "+name+". Keep one of them, or rename the other.")
		}
		at[name] = i
	}
	var missing []string
	for _, name := range []string{"firstName", "lastName", "email", "country"} {
		if _, ok := at[name]; !ok && (name != "country" || defaultCountry == "") {
			missing = append(missing, name)
		}
	}
	switch {
	case len(header) > maxImportCells:
		return nil, invalid("file", "The first row has more than "+strconv.Itoa(maxImportCells)+" columns. Keep those of the template.")
	case len(missing) == 4 || len(at) == 0:
		return nil, invalid("file", "The first row must name the columns: firstName, lastName, email, country. Yours begins with “"+strings.Join(header[:min(len(header), 3)], ", ")+"”.")
	case len(missing) > 0:
		return nil, invalid("file", "A column is missing: "+strings.Join(missing, ", ")+". Add it, or start from the template.")
	}
	return at, nil
}

// profileAt is the row's Profile by the header's places.
func profileAt(cells []string, at map[string]int) Profile {
	value := func(name string) string {
		if i, ok := at[name]; ok && i < len(cells) {
			return cells[i]
		}
		return ""
	}
	return Profile{
		FirstName: value("firstName"), LastName: value("lastName"), Email: value("email"), Country: value("country"),
		CurrentCity: value("currentCity"), CurrentState: value("currentState"), BirthYear: value("birthYear"), Role: value("role"), Plan: value("plan"),
	}
}
