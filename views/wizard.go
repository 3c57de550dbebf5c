package views

// Instruction is one numbered thing to do in a wizard step or a help guide.
// Text, Note and Where may use **bold** and `field` marks, nothing else;
// everything is escaped before it reaches the page.
type Instruction struct {
	Text   string
	Copies []CopyField // values to paste, in the order of the provider's form
	Table  *Table      // values to pick, when they are not pasted
	Note   string      // a trap to look out for
	Where  string      // "Where is this?": the way to the screen in the provider's console
}

// CopyField is a read-only value with a copy button. ID must be unique on the page.
type CopyField struct {
	ID, Label, Value, Hint string
	Standin                bool // Value only says what will stand here: nothing to copy
}

// Table is a small plain table; cells may use the same marks as Instruction.Text.
type Table struct {
	Head []string
	Rows [][]string
}
