package handlers

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// expectation is one thing that a conversation asks of an answer.
type expectation struct {
	Path, Op string
	Value    json.RawMessage
	When     []int // only for these statuses
}

// fault says what is wrong with a value, nil where there is none.
func (e expectation) fault(got any, vars map[string]string) []string {
	var want any
	if len(e.Value) > 0 {
		if err := json.Unmarshal(e.Value, &want); err != nil {
			return []string{err.Error()}
		}
		want = withValues(want, vars)
	}
	if holds, known := e.holds(got, want); !known {
		return []string{"no such check: " + e.Op}
	} else if !holds {
		return []string{fmt.Sprintf("%s: %s %v, got %v", e.Path, e.Op, want, jsonText(got))}
	}
	return nil
}

func withValues(v any, vars map[string]string) any {
	switch v := v.(type) {
	case string:
		return fill(v, vars)
	case []any:
		for i := range v {
			v[i] = withValues(v[i], vars)
		}
	}
	return v
}

func (e expectation) holds(got, want any) (holds, known bool) {
	list, _ := got.([]any)
	text := fmt.Sprint(got)
	a, _ := got.(float64)
	b, _ := want.(float64)
	switch e.Op {
	case "eq":
		return reflect.DeepEqual(got, want), true
	case "ne":
		return !reflect.DeepEqual(got, want), true
	case "ieq":
		return strings.EqualFold(text, fmt.Sprint(want)), true
	case "missing":
		return got == nil, true
	case "absent":
		return got == nil || got == "" || list != nil && len(list) == 0, true
	case "notempty":
		return got != nil && got != "" && (list == nil || len(list) > 0), true
	case "contains", "notcontains":
		in := strings.Contains(text, fmt.Sprint(want))
		if list != nil {
			in = slices.ContainsFunc(list, func(v any) bool { return reflect.DeepEqual(v, want) })
		}
		return (got != nil && in) == (e.Op == "contains"), true
	case "oneof":
		any, _ := want.([]any)
		return slices.Contains(any, got), true
	case "type":
		return map[string]bool{"string": isA[string](got), "number": isA[float64](got), "boolean": isA[bool](got), "array": isA[[]any](got)}[fmt.Sprint(want)], true
	case "matches":
		return got != nil && regexp.MustCompile(fmt.Sprint(want)).MatchString(text), true
	case "gte":
		return isA[float64](got) && a >= b, true
	case "lte":
		return isA[float64](got) && a <= b, true
	}
	return e.listHolds(list, int(b))
}

func isA[T any](v any) bool { _, ok := v.(T); return ok }

func (e expectation) listHolds(list []any, n int) (holds, known bool) {
	folded := make([]string, len(list))
	for i, v := range list {
		folded[i] = strings.ToLower(fmt.Sprint(v))
	}
	switch e.Op {
	case "len":
		return len(list) == n, true
	case "lengte":
		return len(list) >= n, true
	case "lenlte":
		return len(list) <= n, true
	case "unique":
		slices.Sort(folded)
		return len(slices.Compact(folded)) == len(list), true
	case "sorteddesc":
		slices.Reverse(folded)
		return slices.IsSorted(folded), true
	}
	return false, false
}

var pathPart = regexp.MustCompile(`\["([^"]+)"\]|\[(\w+)=(\w+)\]|\[(\d+)\]|\[(\*)\]|([^.\[\]]+)`)

// at walks a path as a.b[0], a[type=work].c, a[*].value or ["urn:x"].y; nil when nothing is there.
func at(v any, path string) any {
	for parts := pathPart.FindAllStringSubmatchIndex(path, -1); len(parts) > 0; parts = parts[1:] {
		group := func(i int) string {
			if parts[0][2*i] < 0 {
				return ""
			}
			return path[parts[0][2*i]:parts[0][2*i+1]]
		}
		list, _ := v.([]any)
		switch {
		case group(2) != "":
			i := slices.IndexFunc(list, func(e any) bool { return fmt.Sprint(at(e, group(2))) == group(3) })
			v = element(list, i)
		case group(4) != "":
			i, _ := strconv.Atoi(group(4))
			v = element(list, i)
		case group(5) != "":
			return each(list, path[parts[0][1]:])
		default:
			m, _ := v.(map[string]any)
			v = m[group(1)+group(6)]
		}
	}
	return v
}

func element(list []any, i int) any {
	if i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}

func each(list []any, rest string) any {
	out := []any{}
	for _, e := range list {
		if v := at(e, rest); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// TestConversationChecks: the checks of the conversations can fail.
func TestConversationChecks(t *testing.T) {
	var doc any
	if err := json.Unmarshal([]byte(`{"n":2,"s":"Ab","l":["b","a","a"],"o":[{"k":"x","v":1},{"k":"y","v":2}],"urn:x:1.0":{"p":true},"e":[]}`), &doc); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{
		`n eq 2`: true, `n eq 3`: false, `n eq "2"`: false, `n ne 3`: true, `n ne 2`: false, `s ieq "AB"`: true, `s ieq "A"`: false, `none missing`: true, `n missing`: false,
		`e absent`: true, `l absent`: false, `l notempty`: true, `e notempty`: false, `none notempty`: false, `l contains "b"`: true, `l contains "z"`: false, `s contains "b"`: true,
		`none contains "z"`: false, `l notcontains "b"`: false, `none notcontains "b"`: true, `n oneof [1,2]`: true, `n oneof [1]`: false, `n type "number"`: true, `n type "string"`: false,
		`s matches "^A"`: true, `s matches "^b"`: false, `n gte 2`: true, `n gte 3`: false, `n lte 1`: false, `l len 3`: true, `l len 2`: false, `none len 0`: true, `l lengte 4`: false,
		`l lenlte 2`: false, `l unique`: false, `o[*].k unique`: true, `o[k=y].v eq 2`: true, `o[k=z].v eq 2`: false, `o[1].k eq "y"`: true, `o[9].k missing`: true, `o[*].v contains 2`: true,
		`["urn:x:1.0"].p eq true`: true, `l sorteddesc`: true, `o[*].k sorteddesc`: false, `n likes 2`: false,
	} {
		path, rest, _ := strings.Cut(line, " ")
		op, value, _ := strings.Cut(rest, " ")
		e := expectation{Path: path, Op: op, Value: json.RawMessage(value)}
		if faults := e.fault(at(doc, path), nil); (len(faults) == 0) != want {
			t.Errorf("%s: %v", line, faults)
		}
	}
}
