package views

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// MailFacts is what a mail is written from. Values are the mail's own; a
// missing one leaves a neutral word, never a gap.
type MailFacts struct {
	Product string
	Support string // address for questions, or ""
	Link    string // the whole address of the button, or ""
	Values  map[string]string
}

// Mail is one mail before it is laid out: the same sentences make the text and
// the HTML. Button is the label of the link; After stands below it.
type Mail struct {
	Subject      string
	Greeting     string
	Paragraphs   []string
	Button, Link string
	After        []string
	Product      string
	Support      string
}

// mails holds every mail by its outbox name without "mail.".
var mails = map[string]func(MailFacts) Mail{
	"setup_link":       mailSetupLink,
	"invite":           mailInvite,
	"invite_reminder":  mailInviteReminder,
	"invite_asked":     mailInviteAsked,
	"sign_in_link":     mailSignInLink,
	"reset":            mailReset,
	"verify":           mailVerify,
	"password_changed": mailPasswordChanged,
	"account_exists":   mailAccountExists,
	"account_attached": mailAccountAttached,
	"downgraded":       mailDowngraded,
	"last_admin":       mailLastAdmin,
	"sso_activated":    mailSSOActivated,
	"deactivated":      mailDeactivated,

	"setup_link_opened":   mailSetupLinkOpened,
	"setup_link_finished": mailSetupLinkFinished,
	"setup_link_expired":  mailSetupLinkExpired,

	"new_admin": mailNewAdmin,
	"admin_now": mailAdminNow,
	"held":      mailHeld,
	"health":    mailHealth,

	"disconnected":   mailDisconnected,
	"disabled":       mailDisabled,
	"personal_email": mailPersonalEmail,
	"leavers_wait":   mailLeaversWait,

	"certificate_ends":    mailCertificateEnds,
	"domain_lost":         mailDomainLost,
	"token_ends":          mailTokenEnds,
	"metadata_unreadable": mailMetadataUnreadable,
	"metadata_issuer":     mailMetadataIssuer,
	"metadata_host":       mailMetadataHost,

	"service_key_renewed":  mailServiceKeyRenewed,
	"service_key_switched": mailServiceKeySwitched,

	"receipt":        mailReceipt,
	"order_surplus":  mailOrderSurplus,
	"order_refunded": mailOrderRefunded,
	"order_ended":    mailOrderEnded,
	"seats_full":     mailSeatsFull,

	"sso_settings_swapped": mailSSOSettingsSwapped,
	"sso_required":         mailSSORequired,
	"recovery_codes_made":  mailRecoveryCodesMade,
	"recovery_used":        mailRecoveryUsed,

	"operator_welcome": mailOperatorWelcome,
}

// WriteMail writes the mail of an outbox name; false when there is none of that name.
func WriteMail(name string, f MailFacts) (Mail, bool) {
	write, ok := mails[name]
	if !ok {
		return Mail{}, false
	}
	if f.Product == "" {
		f.Product = "Rollcall"
	}
	m := write(f)
	m.Product, m.Support, m.Greeting = f.Product, f.Support, f.greeting()
	if m.Button != "" {
		m.Link = f.Link
	}
	return m, true
}

func (f MailFacts) greeting() string {
	if name := f.Values["name"]; name != "" {
		return "Hello " + name + ","
	}
	return "Hello,"
}

// value is a fact of the mail, or the word that stands for it.
func (f MailFacts) value(key, otherwise string) string { return first(f.Values[key], otherwise) }

func (f MailFacts) organization() string { return f.value("organization", "your organization") }

// moment writes an RFC 3339 value in words; a value that is none stays as it is.
func (f MailFacts) moment(key, otherwise string) string {
	t, err := time.Parse(time.RFC3339, f.Values[key])
	if err != nil {
		return f.value(key, otherwise)
	}
	return t.UTC().Format("Monday, 2 January 2006, 15:04 UTC")
}

// Text is the plain-text form.
func (m Mail) Text() string {
	var b strings.Builder
	parts := append([]string{m.Greeting}, m.Paragraphs...)
	if m.Link != "" {
		parts = append(parts, m.Button+":\n"+m.Link)
	}
	parts = append(parts, m.After...)
	b.WriteString(strings.Join(parts, "\n\n"))
	b.WriteString("\n\n-- \n" + m.Product)
	if m.Support != "" {
		b.WriteString("\nQuestions: " + m.Support)
	}
	return b.String() + "\n"
}

// HTML is the same mail for readers that show HTML. It loads nothing.
func (m Mail) HTML() (string, error) {
	var b strings.Builder
	if err := mailPage(m).Render(context.Background(), &b); err != nil {
		return "", fmt.Errorf("write the mail %q: %w", m.Subject, err)
	}
	return b.String(), nil
}
