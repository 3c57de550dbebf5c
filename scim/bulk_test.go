package scim

import (
	"fmt"
	"strings"
	"testing"
)

func TestBulkOrderAndReferences(t *testing.T) {
	body := `{"schemas":["` + BulkRequestSchema + `"],"failOnErrors":1,"Operations":[
	 {"method":"post","path":"/Groups","bulkId":"g","data":{"displayName":"G","members":[{"value":"bulkId:u"},{"value":"bulkId:v"}]}},
	 {"method":"POST","path":"Users","bulkId":"u","data":{"userName":"u"}},
	 {"method":"PATCH","path":"/Users/bulkId:v","version":"W/\"1\"","data":{"Operations":[{"op":"add","path":"manager","value":"bulkId:u"},{"op":"remove","path":"members[value eq \"bulkId:u\" or value eq \"x\"]"}]}},
	 {"method":"POST","path":"/Users","bulkId":"v","data":{"userName":"v"}},
	 {"method":"DELETE","path":"/Users/usr-9"},
	 {"method":"PUT","path":"/Groups/bulkId:nobody","data":{"displayName":"N"}}]}`
	r, err := ParseBulk([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.Order()); got != "[1 3 0 2 4 5]" {
		t.Errorf("the order is %s", got)
	}
	if r.FailOnErrors != 1 || r.Operations[0].Kind != GroupKind || r.Operations[2].Version != `W/"1"` || r.Operations[1].Method != "POST" {
		t.Errorf("got %+v", r)
	}
	ids := map[string]string{"u": "usr-1", "v": "usr-2"}
	for i, want := range []string{
		` {"displayName":"G","members":[{"value":"usr-1"},{"value":"usr-2"}]}`,
		` {"userName":"u"}`,
		`usr-2 {"Operations":[{"op":"add","path":"manager","value":"usr-1"},{"op":"remove","path":"members[value eq \"usr-1\" or value eq \"x\"]"}]}`,
		` {"userName":"v"}`,
		`usr-9 null`,
	} {
		id, data, err := r.Operations[i].Resolve(ids)
		if got := id + " " + string(data); err != nil || got != want {
			t.Errorf("operation %d: %s (%v), want %s", i, got, err, want)
		}
	}
	_, _, err = r.Operations[5].Resolve(ids)
	if e, ok := err.(*Error); !ok || e.Status != 409 || !strings.Contains(e.Detail, "nobody") {
		t.Errorf("an unknown reference: %v, want 409 naming it", err)
	}
}

func TestBulkCircles(t *testing.T) {
	r, err := ParseBulk([]byte(`{"Operations":[
	 {"method":"POST","path":"/Groups","bulkId":"a","data":{"displayName":"A","members":["bulkId:b"]}},
	 {"method":"POST","path":"/Groups","bulkId":"b","data":{"displayName":"B","members":["bulkId:a"]}},
	 {"method":"POST","path":"/Groups","bulkId":"c","data":{"displayName":"C","members":["bulkId:c"]}},
	 {"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"u"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.Order()); got != "[3 0 1 2]" {
		t.Errorf("the order is %s, want those of a circle last", got)
	}
	if _, _, err := r.Operations[0].Resolve(map[string]string{"u": "usr-1"}); err == nil {
		t.Error("an operation of a circle is resolved")
	}
}

func TestParseBulkRefuses(t *testing.T) {
	one := `{"method":"DELETE","path":"/Users/1"}`
	for _, c := range []struct {
		name, body string
		status     int
	}{
		{"no operations", `{}`, 400},
		{"an empty list", `{"Operations":[]}`, 400},
		{"failOnErrors in words", `{"failOnErrors":"few","Operations":[` + one + `]}`, 400},
		{"too many", `{"Operations":[` + strings.Repeat(one+",", MaxBulkOperations) + one + `]}`, 413},
		{"too large", `{"x":"` + strings.Repeat("x", MaxBody) + `"}`, 413},
	} {
		_, err := ParseBulk([]byte(c.body))
		if e, ok := err.(*Error); !ok || e.Status != c.status || e.Detail == "" {
			t.Errorf("%s: %v, want status %d", c.name, err, c.status)
		}
	}
	if _, err := ParseBulk([]byte(`{"Operations":[` + strings.Repeat(one+",", MaxBulkOperations-1) + one + `]}`)); err != nil {
		t.Errorf("%d operations: %v", MaxBulkOperations, err)
	}
}

// TestBulkMalformedOperations: what is wrong with one operation is its own fault, and keeps no other from being run.
func TestBulkMalformedOperations(t *testing.T) {
	const good = `{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a"}}`
	for name, c := range map[string]struct{ operation, scimType, says string }{
		"text":                {`"x"`, InvalidSyntax, "not an object"},
		"no method":           {`{"path":"/Users/1"}`, InvalidSyntax, "method"},
		"unknown method":      {`{"method":"get","path":"/Users/1"}`, InvalidSyntax, "GET"},
		"POST without bulkId": {`{"method":"POST","path":"/Users","data":{}}`, InvalidSyntax, "bulkId"},
		"a bulkId twice":      {good, InvalidValue, "repeats"},
		"unknown path":        {`{"method":"DELETE","path":"/Me"}`, InvalidPath, "/Me"},
		"no path":             {`{"method":"DELETE"}`, InvalidPath, "path"},
		"no id":               {`{"method":"DELETE","path":"/Users"}`, InvalidPath, "DELETE"},
		"POST with id":        {`{"method":"POST","path":"/Users/1","bulkId":"b"}`, InvalidPath, "POST"},
		"a longer path":       {`{"method":"DELETE","path":"/Users/1/x"}`, InvalidPath, "/Users/1/x"},
	} {
		r, err := ParseBulk([]byte(`{"Operations":[` + good + "," + c.operation + `,{"method":"PUT","bulkId":"a","path":"/Users/bulkId:a"}]}`))
		if err != nil || fmt.Sprint(r.Order()) != "[0 1 2]" || !r.Operations[1].Malformed() {
			t.Errorf("%s: %v, %+v", name, err, r)
			continue
		}
		_, _, err = r.Operations[1].Resolve(nil)
		if e, ok := err.(*Error); !ok || e.Status != 400 || e.ScimType != c.scimType || !strings.Contains(e.Detail, c.says) {
			t.Errorf("%s: %v, want %s with %q", name, err, c.scimType, c.says)
		}
		if id, _, err := r.Operations[2].Resolve(map[string]string{"a": "usr-1"}); id != "usr-1" || err != nil {
			t.Errorf("%s: the operation behind it: %s, %v", name, id, err)
		}
	}
}
