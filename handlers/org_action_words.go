package handlers

// actionTexts are the audit's stable action names in words (SPEC A1).
var actionTexts = map[string]string{
	"member.created": "Added", "member.taken_over": "Taken over by the directory", "member.updated": "Profile changed",
	"member.held": "Put on hold", "member.released": "Released from hold", "member.plan_changed": "Plan changed",
	"member.role_changed": "Role changed", "member.deactivated": "Removed", "member.reactivated": "Brought back",
	"member.leaving": "Signed out; the removal waits", "member.erased": "Erased for good", "members.exported": "List of members downloaded",
	"account.suspended": "Account suspended after leaving", "account.resumed": "Account back with its member",
	"account.made_personal": "Account made personal", "account.personal_email_proved": "Private e-mail confirmed",
	"organization.leavers_wait": "Too many leavers; removals wait", "organization.leaver_guard_changed": "Limit of leavers changed",
	"member.plan_unknown": "Unknown plan sent", "member.account_attached": "Account attached", "member.invited": "Invited",
	"member.signed_in": "Signed in by single sign-on", "member.blocked": "Sign-in blocked", "member.unblocked": "Sign-in allowed again",
	"account.signed_in": "Signed in", "account.email_proved": "E-mail confirmed", "account.password_changed": "Password changed",
	"account.signed_up": "Signed up", "account.attached": "Account attached", "account.email_followed": "E-mail followed the directory",
	"connection.activated": "Single Sign-On switched on", "connection.settings_changed": "Single Sign-On settings changed",
	"connection.test_passed": "Test sign-in passed", "connection.idp_initiated_changed": "Sign-in from the provider's side changed",
	"connection.deactivated": "Single Sign-On switched off", "connection.revived": "Single Sign-On brought back",
	"connection.key_renewed": "New key of this side published", "connection.key_switched": "New key of this side put into use",
	"connection.key_dropped":        "Past key of this side dropped",
	"connection.metadata_refreshed": "Provider's metadata read", "connection.metadata_unreadable": "Provider's metadata could not be read",
	"connection.metadata_ignored":      "Provider's metadata describes another issuer; nothing changed",
	"connection.metadata_waits":        "Provider's sign-in address moved; waits for an administrator",
	"connection.certificate_announced": "End of the signing certificate announced",
	"connection.provider_chosen":       "Provider chosen for Single Sign-On", "directory.provider_chosen": "Provider chosen for Directory Sync",
	"connection.way_chosen": "Kind of app chosen for Single Sign-On", "directory.way_chosen": "Kind of app chosen for Directory Sync",
	"directory.created": "Directory made", "directory.activated": "Directory Sync became active", "directory.rules_changed": "Directory rules changed",
	"directory.deactivated": "Directory Sync switched off", "directory.revived": "Directory Sync brought back", "directory.mapping_changed": "Directory mapping changed",
	"directory_token.created": "Directory token made", "directory_token.ended": "Directory token ended",
	"directory_token.end_announced": "End of a directory token announced", "directory_user.hidden": "Hidden from the directory",
	"directory.review_changed": "Review of the first sync switched",
	"domain.added":             "Domain added", "domain.removed": "Domain removed", "domain.verified": "Domain verified", "domain.lost": "Domain proof lost",
	"group.created": "Group made", "group.deleted": "Group deleted", "group.hidden": "Group hidden from the directory", "group.updated": "Group changed",
	"group.mapped": "Group mapping changed", "group.renamed": "Group renamed", "group.members_changed": "Group members changed",
	"group.taken_over": "Group taken over by the directory", "group.detached": "Group detached from the directory",
	"invite.created": "Invite sent", "invite.resent": "Invite sent again", "invite.cancelled": "Invite cancelled", "invite.accepted": "Invite accepted",
	"invite.asked": "New invite asked for", "operator.created": "Operator made",
	"organization.integration_deactivated": "Integration deactivated", "organization.deactivation_undone": "Deactivation undone",
	"organization.terms_changed": "Features and plans changed", "operator.password_set": "Operator's password set", "operator.signed_in": "Operator signed in",
	"import.reviewed": "CSV read", "import.row_changed": "Row of a CSV corrected", "import.started": "Invites by CSV begun", "import.cancelled": "Invites by CSV cancelled",
	"import.finished": "Invites by CSV finished", "outbox.sent_again": "Mail sent again",
	"organization.created": "Organization made", "organization.details_changed": "Organization details changed",
	"organization.settings_changed": "Settings changed", "organization.last_admin_left": "Last administrator left",
	"connection.settings_swapped": "Changed settings of Single Sign-On switched on", "connection.draft_discarded": "Changes of Single Sign-On discarded",
	"organization.sso_required": "Single sign-on required", "organization.sso_not_required": "Single sign-on no longer required",
	"organization.session_lifetime_changed": "Length of sessions changed", "organization.log_days_changed": "Length of the logs changed", "organization.signed_everyone_out": "Everybody signed out",
	"recovery_codes.created": "Recovery codes made", "recovery_codes.proved": "Recovery code proved", "recovery_codes.used": "Signed in with a recovery code",
	"impersonation.began": "The service's staff began to act as an administrator", "impersonation.ended": "The service's staff stopped acting as an administrator",
	"plan.added": "Plan added", "plan.renamed": "Plan renamed", "plan.moved": "Plan moved", "plan.retired": "Plan retired", "plan.restored": "Plan on sale again",
	"operator.reset": "Operator's access reset", "operator.disabled": "Operator switched off", "operator.enabled": "Operator switched on again",
	"operator.code_refused": "Operator's code refused",
	"setup_link.created":    "Setup link made", "setup_link.cancelled": "Setup link cancelled", "setup_link.started": "Setup started",
	"order.started": "Purchase begun", "order.pending": "Payment on its way", "order.paid": "Bought", "order.confirmed": "Purchase confirmed",
	"order.failed": "Payment failed", "order.expired": "Purchase expired", "order.cancelled": "Purchase cancelled",
	"order.surplus": "Paid for what was there already", "order.refunded": "Payment paid back", "order.ended": "Subscription ended",
	"price.set": "Price set", "organization.seats_changed": "Number of seats changed", "organization.seats_full": "All seats taken",
	"member.waiting": "Waits for a seat", "member.seated": "Got a seat",
	"setup_link.finished": "Setup finished", "setup_link.expired": "Setup link expired",
	"invite.reminded": "Reminded of the invite", "organization.holds_announced": "Administrators told who is on hold",
	"organization.health_announced": "Weekly mail about what needs attention", "setup_link.mailed": "Setup link e-mailed",
}

// actionWords is what happened, for people; an action without words is shown by its name.
func actionWords(action string) string {
	if text, ok := actionTexts[action]; ok {
		return text
	}
	return action
}

// actionResult is the state that a change from the directory left the member in.
func actionResult(action string) (kind, word string) {
	switch action {
	case "member.held", "member.plan_unknown":
		return "awaiting", "On hold"
	case "member.deactivated":
		return "off", "Removed"
	}
	return "active", "Done"
}
