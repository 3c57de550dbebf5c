package models

import "slices"

// analyzeAt are the numbers of the users of a directory with whom PostgreSQL is told to look at its tables. Its own
// statistics come after a minute at the earliest; without them it believes that every index fits equally well, and walks
// all people of a directory or an organization for one of them. With the first it may still rightly walk a small table, and
// keeps to it while the table grows, until it is told again.
var analyzeAt = []int64{300, 1_000, 10_000, 100_000}

// analyzed asks for statistics of what a push fills, with the COMMIT, when a directory's user of such a number came.
func (u *unit) analyzed(seq int64) {
	u.analyze = u.analyze || u.db.engine == Postgres && slices.Contains(analyzeAt, seq)
}

const analyzePeople = "ANALYZE accounts, members, directory_users"
