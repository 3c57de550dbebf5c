package handlers

import (
	"os"
	"testing"

	"rollcall/models/modelstest"
)

func TestMain(m *testing.M) { os.Exit(modelstest.Main(m)) }
