package handlers

import (
	"errors"
	"net/http"

	"rollcall/models"
	"rollcall/scim"
)

// reasonLeftOut is the reason of a group taken in without the members that the directory does not have.
const reasonLeftOut = "members_left_out"

// scimReasons are the reasons of errors of the scim room, by status and, for 400, by scimType (RFC 7644 §3.12).
var (
	scimReasons = map[string]string{
		scim.InvalidFilter: "filter", scim.InvalidPath: "path", scim.NoTarget: "path", scim.InvalidSyntax: "syntax", scim.InvalidValue: "value",
		scim.Mutability: "mutability", scim.TooMany: "too_many",
	}
	statusReasons = map[int]string{
		http.StatusForbidden: "not_included", http.StatusNotFound: "not_found", http.StatusMethodNotAllowed: "method",
		http.StatusPreconditionFailed: "version", http.StatusRequestEntityTooLarge: "too_large", http.StatusUnsupportedMediaType: "content_type",
		http.StatusTooManyRequests: "rate_limited", http.StatusNotImplemented: "not_built", http.StatusPaymentRequired: "not_included",
		http.StatusConflict: "conflict",
	}
	fieldReasons = map[string]string{"plan": "plan_unknown", "userName": "username_taken", "displayName": "group_exists", "members": "members_unknown"}
)

// scimReason is the stable code of why a request of an identity provider failed. The directory log keeps it, and
// views.RequestFix knows the mend.
func scimReason(err error) string {
	var me *models.Error
	if errors.As(err, &me) {
		switch {
		case me.Reason != "":
			return me.Reason
		case me.Code == models.Invalid && me.Field == "displayName":
			return "value"
		case (me.Code == models.Invalid || me.Code == models.Conflict) && fieldReasons[me.Field] != "":
			return fieldReasons[me.Field]
		}
	}
	f := faultOf(err)
	if text := scimReasons[f.SCIMType]; text != "" && f.Status == http.StatusBadRequest {
		return text
	}
	if text := statusReasons[f.Status]; text != "" {
		return text
	}
	return "internal"
}

// refuseSCIM answers whatever token does not fit the URL, always alike, and counts it for the administrator of the
// directory that is meant (SPEC A2).
func (s *Server) refuseSCIM(c Ctx, directoryID, token string) error {
	err := s.DB.View(c.Request().Context(), s.actor(c, models.ActorPublic, "", ""), func(tx *models.Tx) error {
		rows, err := models.ExplainRefusal(tx, directoryID, token)
		for _, r := range rows {
			s.scim.log.refuse(*r)
		}
		return err
	})
	if err != nil {
		return err
	}
	return errSCIMToken
}
