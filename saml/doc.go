// Package saml is Rollcall's SAML 2.0 service provider: bytes in, values out.
// It has no database, no network and no clock of its own; the caller passes the time.
//
// Verify decides about one SAMLResponse. It is strict on purpose: the bytes are scanned
// before anything parses them, they are parsed once, and only what was re-read from the
// digested bytes of a signature by a pinned certificate is ever used. Replay, the open
// request and the browser are the caller's part: it must store Identity.AssertionID until
// Identity.RememberUntil, and match Identity.InResponseTo with a request of its own.
//
// NewAuthnRequest starts a sign-in, Metadata describes this side to the identity provider,
// ParseMetadata and ParseCertificates read what the identity provider gives back.
//
// Not covered: single logout, artifact binding, attribute queries, EncryptedID,
// EncryptedAttribute and OAEP labels.
package saml
