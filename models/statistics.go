package models

// analyzeAt is the number of the user of a directory with whom PostgreSQL is told to look at its tables. Its own statistics
// come after a minute at the earliest; without them it believes that every index fits equally well, and walks all people of
// a directory or an organization for one of them. With fewer rows it would choose to walk the table even then.
const analyzeAt = 300

// analyzed asks for statistics of what a push fills, with the COMMIT, when a directory's user of this number came.
func (u *unit) analyzed(seq int64) {
	u.analyze = u.analyze || seq == analyzeAt && u.db.engine == Postgres
}

const analyzePeople = "ANALYZE accounts, members, directory_users"
