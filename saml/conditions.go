package saml

import (
	"regexp"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// maxAge is how old an IssueInstant may be, beyond the skew.
const maxAge = 10 * time.Minute

// bearer is the only confirmation method of Web Browser SSO (SAML profiles §4.1.4.2).
const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"

// judge does steps 6 and 7 on trusted elements. All checks run, so that the report names
// every failed one.
func (v *verifier) judge(t trusted) Identity {
	v.report.AssertionID = attr(t.assertion, "ID")
	v.report.record(checkVersion, version(t))
	v.report.record(checkDestination, v.destination(t))
	v.report.record(checkIssuer, v.issuer(t))
	v.report.record(checkStatus, status(t.response))
	v.report.record(checkIssueInstant, v.issueInstants(t))
	conditions := child(t.assertion, nsAssertion, "Conditions")
	v.report.record(checkConditions, v.conditions(conditions))
	v.report.record(checkAudience, v.audience(conditions))
	end := v.confirmation(t)
	sessionIndex, sessionEnd := v.session(t.assertion)
	id := v.identity(t.assertion)
	id.AssertionID, id.InResponseTo = v.report.AssertionID, v.report.InResponseTo
	id.SessionIndex, id.SessionNotOnOrAfter = sessionIndex, sessionEnd
	id.RememberUntil = v.rememberUntil(end)
	v.report.RememberUntil = id.RememberUntil
	return id
}

// rememberUntil is when the response can no longer be accepted: the confirmation's end, or
// the age limit when that comes first. The margin covers a change of the skew meanwhile.
func (v *verifier) rememberUntil(end time.Time) time.Time {
	if oldest := v.report.IssueInstant.Add(maxAge); oldest.Before(end) {
		end = oldest
	}
	return end.Add(2 * maxSkew)
}

func version(t trusted) *Error {
	for _, el := range []*etree.Element{t.response, t.assertion} {
		if got := attr(el, "Version"); got != "2.0" {
			return &Error{Reason: ReasonVersion, Expected: "2.0", Received: got}
		}
	}
	return nil
}

// status refuses anything but Success and names the codes that came.
func status(response *etree.Element) *Error {
	const success, prefix = "urn:oasis:names:tc:SAML:2.0:status:Success", "urn:oasis:names:tc:SAML:2.0:status:"
	if !is(response, nsProtocol, "Response") {
		return nil // structure says so
	}
	st := child(response, nsProtocol, "Status")
	code := child(st, nsProtocol, "StatusCode")
	if attr(code, "Value") == success {
		return nil
	}
	got := strings.TrimPrefix(attr(code, "Value"), prefix)
	if sub := attr(child(code, nsProtocol, "StatusCode"), "Value"); sub != "" {
		got += " / " + strings.TrimPrefix(sub, prefix)
	}
	if message, _ := text(child(st, nsProtocol, "StatusMessage")); message != "" {
		got += " (" + cut(message, 200) + ")"
	}
	return &Error{Reason: ReasonStatus, Expected: "Success", Received: or(got, "no status")}
}

// destination must be ours wherever it stands, and must stand on a signed response.
func (v *verifier) destination(t trusted) *Error {
	got := attr(t.response, "Destination")
	if got == v.ACSURL && got != "" || got == "" && !t.responseSigned {
		return nil
	}
	return &Error{Reason: ReasonDestination, Expected: v.ACSURL, Received: got}
}

// issuer must be this connection's identity provider; only the response may leave it out.
func (v *verifier) issuer(t trusted) *Error {
	for _, el := range []*etree.Element{t.response, t.assertion} {
		issuers := children(el, nsAssertion, "Issuer")
		if len(issuers) == 0 && el == t.response {
			continue
		}
		got, plain := "", false
		if len(issuers) == 1 {
			got, plain = text(issuers[0])
		}
		v.report.Issuer = got
		if got != v.IdPEntityID || got == "" || !plain {
			return &Error{Reason: ReasonIssuer, Expected: v.IdPEntityID, Received: got}
		}
	}
	return nil
}

// dateTime is what SAML core §1.3.3 leaves of xs:dateTime. (time.Parse also takes commas, one digit and offsets of a day.)
var dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-4]):\d\d)$`)

// instant parses a time.
func instant(s string) (time.Time, *Error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !dateTime.MatchString(s) {
		return t, &Error{Reason: ReasonTime, Received: s, Detail: "“" + s + "” is not a time"}
	}
	if t.IsZero() {
		t = t.Add(1) // .NET's DateTime.MinValue is long past; a zero time would mean “no end” here
	}
	return t.UTC(), nil
}

func (v *verifier) issueInstants(t trusted) *Error {
	for _, el := range []*etree.Element{t.response, t.assertion} {
		at, e := instant(attr(el, "IssueInstant"))
		if e != nil {
			return e
		}
		v.report.IssueInstant, v.report.ClockDifference = at, v.now.Sub(at)
		if e := v.window(at, at.Add(maxAge)); e != nil {
			e.Received, e.Off = at.Format(time.RFC3339), v.now.Sub(at) // its age, which is what a wrong clock shows
			return e
		}
	}
	return nil
}

// window checks now against [from, to), widened by the skew. Zero times are open.
func (v *verifier) window(from, to time.Time) *Error {
	now := v.now.Format(time.RFC3339)
	if !from.IsZero() && v.now.Add(v.skew()).Before(from) {
		return &Error{Reason: ReasonTime, Expected: now, Received: from.Format(time.RFC3339), Off: v.now.Sub(from)}
	}
	if !to.IsZero() && !v.now.Add(-v.skew()).Before(to) {
		// Off is never zero here: zero words an unreadable time.
		return &Error{Reason: ReasonTime, Expected: now, Received: to.Format(time.RFC3339), Off: max(v.now.Sub(to), time.Second)}
	}
	return nil
}

// bounds checks an element's optional NotBefore and NotOnOrAfter, and returns the latter.
func (v *verifier) bounds(el *etree.Element) (end time.Time, e *Error) {
	var from time.Time
	if s := attr(el, "NotBefore"); s != "" {
		if from, e = instant(s); e != nil {
			return end, e
		}
	}
	if s := attr(el, "NotOnOrAfter"); s != "" {
		if end, e = instant(s); e != nil {
			return end, e
		}
	}
	if !from.IsZero() && !end.IsZero() && !from.Before(end) { // the skew must not open what never was
		return end, &Error{Reason: ReasonTime, Received: attr(el, "NotOnOrAfter"), Detail: "it ends before it begins"}
	}
	return end, v.window(from, end)
}

// conditions must be known ones, and in time.
func (v *verifier) conditions(el *etree.Element) *Error {
	if el == nil {
		return nil // audience says so
	}
	for _, c := range el.ChildElements() {
		known := c.Tag == "AudienceRestriction" || c.Tag == "OneTimeUse" || c.Tag == "ProxyRestriction"
		if !known || c.NamespaceURI() != nsAssertion {
			return &Error{Reason: ReasonConditions, Received: c.Tag}
		}
	}
	_, e := v.bounds(el)
	return e
}

// audience must be ours in every restriction, and there must be one.
func (v *verifier) audience(conditions *etree.Element) *Error {
	restrictions := children(conditions, nsAssertion, "AudienceRestriction")
	var first *Error
	if len(restrictions) == 0 || v.SPEntityID == "" {
		first = &Error{Reason: ReasonAudience, Expected: v.SPEntityID}
	}
	for _, r := range restrictions {
		var got []string
		match := false
		for _, a := range children(r, nsAssertion, "Audience") {
			name, plain := text(a)
			got = append(got, name)
			match = match || plain && name == v.SPEntityID
		}
		if !match && first == nil {
			first = &Error{Reason: ReasonAudience, Expected: v.SPEntityID, Received: strings.Join(got, ", ")}
		}
	}
	return first
}

// confirmed is the outcome of one SubjectConfirmation.
type confirmed struct {
	recipient, times, request *Error
	end                       time.Time
	inResponseTo              string
}

// confirmation needs one bearer confirmation that is right in all points. It returns the
// latest end of all of them, because any may be used to send the response again.
func (v *verifier) confirmation(t trusted) (latest time.Time) {
	subject := child(t.assertion, nsAssertion, "Subject")
	var best *confirmed
	for _, sc := range children(subject, nsAssertion, "SubjectConfirmation") {
		data := child(sc, nsAssertion, "SubjectConfirmationData")
		if attr(sc, "Method") != bearer || data == nil {
			continue
		}
		c := v.confirm(data, attr(t.response, "InResponseTo"))
		if c.end.After(latest) {
			latest = c.end
		}
		good := c.recipient == nil && c.times == nil && c.request == nil
		if best == nil || good && (best.recipient != nil || best.times != nil || best.request != nil) {
			best = &c
		}
	}
	if best == nil {
		v.report.record(checkConfirmation, refuse(ReasonConfirmation, "there is no bearer confirmation with its data"))
		return latest
	}
	v.report.record(checkRecipient, best.recipient)
	v.report.record(checkConfirmation, best.times)
	v.report.record(checkRequest, best.request)
	v.report.InResponseTo = best.inResponseTo
	return latest
}

// confirm judges one SubjectConfirmationData (SAML profiles §4.1.4.3).
func (v *verifier) confirm(data *etree.Element, answered string) (c confirmed) {
	if got := attr(data, "Recipient"); got != v.ACSURL || got == "" {
		c.recipient = &Error{Reason: ReasonDestination, Expected: v.ACSURL, Received: got}
	}
	c.end, c.times = v.bounds(data)
	if c.times == nil && c.end.IsZero() {
		c.times = refuse(ReasonConfirmation, "the confirmation has no end")
	}
	c.inResponseTo = attr(data, "InResponseTo")
	// The response's own InResponseTo may be unsigned: it may only confirm the signed one.
	if c.inResponseTo != answered || c.inResponseTo == "" && !v.AllowUnsolicited {
		c.request = &Error{Reason: ReasonInResponseTo, Expected: or(c.inResponseTo, "a request of ours"), Received: answered}
	}
	return c
}

// session returns the first session index and the earliest end of the statements, and
// refuses a session that is over.
func (v *verifier) session(assertion *etree.Element) (index string, end time.Time) {
	var first *Error
	for _, st := range children(assertion, nsAssertion, "AuthnStatement") {
		index = or(index, attr(st, "SessionIndex"))
		s := attr(st, "SessionNotOnOrAfter")
		if s == "" {
			continue
		}
		at, e := instant(s)
		if e == nil {
			e = v.window(time.Time{}, at)
		}
		if first == nil {
			first = e
		}
		if end.IsZero() || at.Before(end) {
			end = at
		}
	}
	v.report.record(checkSession, first)
	return index, end
}
