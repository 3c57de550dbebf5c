package models

// Users of a directory are numbered without holes as they come (Seq, SPEC I1), so a page of its list is found by
// arithmetic: the tenth user is number 10. Only who goes leaves a hole. Holes are counted for each block of numbers,
// so that creating a user costs nothing and a list deep in a large directory skips at most one block.

const gapBlock = 1024 // numbers of a block: (n-1) / gapBlock is n's

// DirectoryGap counts the holes of one block.
type DirectoryGap struct {
	OrganizationID string
	DirectoryID    string `gorm:"primaryKey"`
	Block          int64  `gorm:"primaryKey"`
	Gone           int64
}

// noteGaps counts the numbers of users who went.
func noteGaps(tx *Tx, d *Directory, numbers []int64) error {
	gone := map[int64]int64{}
	for _, n := range numbers {
		gone[(n-1)/gapBlock]++
	}
	for block, n := range gone {
		_, err := tx.run(`INSERT INTO directory_gaps (organization_id, directory_id, block, gone) VALUES (?, ?, ?, ?)
			ON CONFLICT (directory_id, block) DO UPDATE SET gone = directory_gaps.gone + excluded.gone`, tx.Actor.OrgID, d.ID, block, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// seqAt is the number at which the list goes on after its first skip users. Where the holes do not add up, because the
// list has changed since d was read, it counts through the index instead.
func seqAt(tx *Tx, d *Directory, skip int64) (int64, error) {
	missing := d.NextSeq - 1 - d.UserCount
	if missing == 0 {
		return skip + 1, nil
	}
	gaps, err := find[DirectoryGap](tx, "ORDER BY block", "directory_id = ?", d.ID)
	if err != nil {
		return 0, err
	}
	counted := int64(0)
	for _, g := range gaps {
		counted += g.Gone
	}
	if counted != missing {
		return seqAfter(tx, d, 0, skip)
	}
	passed := int64(0) // holes before the block
	for _, g := range gaps {
		first := g.Block * gapBlock
		if skip < first-passed {
			break // in a block without holes
		}
		if skip < first+gapBlock-passed-g.Gone {
			return seqAfter(tx, d, first, skip-(first-passed))
		}
		passed += g.Gone
	}
	return skip + passed + 1, nil
}

// seqAfter is the number of the user who comes after skip others behind the number from.
func seqAfter(tx *Tx, d *Directory, from, skip int64) (int64, error) {
	seq := d.NextSeq // of nobody yet: nothing is left
	err := tx.read("SELECT seq FROM directory_users WHERE directory_id = ? AND seq > ? ORDER BY seq LIMIT 1 OFFSET ?", []any{d.ID, from, skip},
		func(get func(...any) error) error { return get(&seq) })
	return seq, err
}
