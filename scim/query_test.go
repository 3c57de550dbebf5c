package scim

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseQueryPages(t *testing.T) {
	for _, c := range []struct {
		query        string
		start, count int
	}{
		{"", 1, DefaultCount},
		{"startIndex=3&count=2", 3, 2},
		{"STARTINDEX=3&Count=2", 3, 2},
		{"startIndex=0&count=0", 1, 0},
		{"startIndex=-5&count=-1", 1, 0},
		{"count=100000", 1, MaxCount},
		{"startIndex=99999999999999999999", 1<<31 - 1, DefaultCount},
		{"count=99999999999999999999", 1, MaxCount},
		{"count=", 1, DefaultCount},
		{"aadOptscim062020=&x=y", 1, DefaultCount},
	} {
		v, _ := url.ParseQuery(c.query)
		q, err := ParseQuery(v, UserKind)
		if err != nil || q.StartIndex != c.start || q.Count != c.count {
			t.Errorf("%s: startIndex %d, count %d (%v); want %d, %d", c.query, q.StartIndex, q.Count, err, c.start, c.count)
		}
	}
	for query, want := range map[string]string{
		"count=many":                         InvalidValue,
		"startIndex=1.5":                     InvalidValue,
		"filter=":                            InvalidFilter,
		"filter=shoe+eq+1":                   InvalidFilter,
		"filter=id+eq+1&filter=id+eq+2":      InvalidFilter,
		"sortBy=shoe":                        InvalidPath,
		"sortBy=password":                    InvalidPath,
		"sortBy=name":                        InvalidPath,
		"sortBy=userName&sortOrder=sideways": InvalidValue,
	} {
		v, _ := url.ParseQuery(query)
		if _, err := ParseQuery(v, UserKind); scimType(t, err) != want {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
}

func TestParseSearch(t *testing.T) {
	q, err := ParseSearch([]byte(`{"schemas":["`+SearchSchema+`"],"filter":"userName eq \"a\"","attributes":["userName","name.givenName"],
		"sortBy":"userName","sortOrder":"Descending","startIndex":2,"count":"7"}`), UserKind)
	if err != nil {
		t.Fatal(err)
	}
	if !q.Filtered || q.SortBy != "userName" || !q.Descending || q.StartIndex != 2 || q.Count != 7 || !q.Projected() {
		t.Errorf("got %+v", q)
	}
	for body, want := range map[string]string{
		`[]`:                 InvalidSyntax,
		`{"filter":7}`:       InvalidFilter,
		`{"count":true}`:     InvalidValue,
		`{"startIndex":[1]}`: InvalidValue,
	} {
		if _, err := ParseSearch([]byte(body), UserKind); scimType(t, err) != want {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
	}
}

func TestSort(t *testing.T) {
	users := []string{
		`{"userName":"b","externalId":"2","emails":[{"value":"z@x"},{"value":"a@x","primary":true}]}`,
		`{"userName":"C","externalId":"1"}`,
		`{"userName":"a","emails":["m@x"],"{E}":{"manager":"9"}}`,
	}
	for query, want := range map[string]string{
		"":                                     "b C a",
		"sortBy=userName":                      "a b C",
		"sortBy=USERNAME&sortOrder=DESCENDING": "C b a",
		"sortBy=externalId":                    "C b a",
		"sortBy=emails":                        "b a C",
		"sortBy=emails.value&sortOrder=ascending": "b a C",
		"sortBy=manager": "a b C",
	} {
		v, _ := url.ParseQuery(query)
		q, err := ParseQuery(v, UserKind)
		if err != nil {
			t.Fatal(err)
		}
		var list []map[string]any
		for i, body := range users {
			list = append(list, UserResource(mustUser(t, body), Meta{ID: text(int64(i))}, nil))
		}
		q.Sort(list)
		var names []string
		for _, r := range list {
			names = append(names, r["userName"].(string))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestProject(t *testing.T) {
	u := mustUser(t, `{"userName":"a","displayName":"A","name":{"givenName":"G","familyName":"F"},
		"emails":[{"value":"1","type":"work"},{"value":"2","type":"home"}],"{E}":{"department":"D","manager":{"value":"9","displayName":"M"}}}`)
	resource := UserResource(u, Meta{ID: "1"}, nil)
	delete(resource, "meta")
	before := string(Encode(resource))
	for _, c := range []struct{ query, want string }{
		{"attributes=userName", `{"schemas":["{C}"],"id":"1","userName":"a"}`},
		{"attributes=USERNAME,%20displayName", `{"schemas":["{C}"],"id":"1","displayName":"A","userName":"a"}`},
		{"attributes=id", `{"schemas":["{C}"],"id":"1"}`},
		{"attributes=shoe", `{"schemas":["{C}"],"id":"1"}`},
		{"attributes=name.givenName", `{"schemas":["{C}"],"id":"1","name":{"givenName":"G"}}`},
		{"attributes=name.givenName,name.familyName", `{"schemas":["{C}"],"id":"1","name":{"familyName":"F","givenName":"G"}}`},
		{"attributes=emails.value", `{"schemas":["{C}"],"id":"1","emails":[{"value":"1"},{"value":"2"}]}`},
		{"attributes=emails.value,emails.type", `{"schemas":["{C}"],"id":"1","emails":[{"type":"work","value":"1"},{"type":"home","value":"2"}]}`},
		{"attributes=emails[type+eq+%22work%22]", `{"schemas":["{C}"],"id":"1","emails":[{"type":"work","value":"1"},{"type":"home","value":"2"}]}`},
		{"attributes={E}", `{"schemas":["{C}","{E}"],"id":"1","{E}":{"department":"D","manager":{"displayName":"M","value":"9"}}}`},
		{"attributes={E}:manager.value", `{"schemas":["{C}","{E}"],"id":"1","{E}":{"manager":{"value":"9"}}}`},
		{"attributes=manager,{E}:department", `{"schemas":["{C}","{E}"],"id":"1","{E}":{"department":"D","manager":{"displayName":"M","value":"9"}}}`},
		{"attributes=phoneNumbers", `{"schemas":["{C}"],"id":"1"}`},
		{"excludedAttributes=emails,name,{E}", `{"schemas":["{C}"],"id":"1","active":true,"displayName":"A","userName":"a"}`},
		{"excludedAttributes=emails.type,name.givenName,manager,displayName,active,userName", `{"schemas":["{C}","{E}"],"id":"1","emails":[{"value":"1"},{"value":"2"}],"name":{"familyName":"F"},"{E}":{"department":"D"}}`},
		{"excludedAttributes=id,schemas,emails,name,{E}:manager,{E}:department,active", `{"schemas":["{C}"],"id":"1","displayName":"A","userName":"a"}`},
	} {
		v, err := url.ParseQuery(short.Replace(c.query))
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParseQuery(v, UserKind)
		if err != nil {
			t.Fatal(err)
		}
		want := string(Encode(mustDocument(t, short.Replace(c.want))))
		if got := string(Encode(Project(resource, q))); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.query, got, want)
		}
		if after := string(Encode(resource)); after != before {
			t.Fatalf("%s changed the resource to %s", c.query, after)
		}
	}
}

func TestWants(t *testing.T) {
	for query, want := range map[string]bool{
		"":                                     true,
		"excludedAttributes=members":           false,
		"excludedAttributes=displayName":       true,
		"excludedAttributes=members.display":   true,
		"attributes=displayName":               false,
		"attributes=members.value,displayName": true,
		"attributes=shoe":                      false,
	} {
		v, _ := url.ParseQuery(query)
		q, err := ParseQuery(v, GroupKind)
		if err != nil || q.Wants("members") != want {
			t.Errorf("%s: %v (%v), want %v", query, q.Wants("members"), err, want)
		}
	}
}
