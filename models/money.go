package models

import (
	"slices"
	"strconv"
	"strings"
)

// Money writes an amount of a currency's smallest unit for people: "1,236.00 USD".
func Money(amount int64, currency string) string {
	whole, cents := amount, ""
	if !slices.Contains(wholeUnits, currency) {
		whole = amount / 100
		cents = "." + strconv.FormatInt(100+amount%100, 10)[1:]
	}
	digits := strconv.FormatInt(whole, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + cents + " " + strings.ToUpper(currency)
}

// ParseMoney reads an amount as people write it ("99", "99.50") into the currency's smallest unit.
func ParseMoney(s, currency string) (int64, error) {
	bad := invalid("amount", "Write the amount like 99 or 99.50, without a sign for the currency.")
	whole, cents, point := strings.Cut(strings.TrimSpace(s), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > maxAmount {
		return 0, bad
	}
	if slices.Contains(wholeUnits, Fold(currency)) {
		if point {
			return 0, bad
		}
		return n, nil
	}
	if !point {
		return n * 100, nil
	}
	c, err := strconv.ParseUint(cents, 10, 8)
	if err != nil || len(cents) != 2 {
		return 0, bad
	}
	return n*100 + int64(c), nil
}

// wholeUnits are the currencies without a smaller unit, as Stripe takes them.
var wholeUnits = []string{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"}

// PlainMoney is an amount of a currency's smallest unit as ParseMoney reads it: "1236.00".
func PlainMoney(amount int64, currency string) string {
	s, _, _ := strings.Cut(strings.ReplaceAll(Money(amount, currency), ",", ""), " ")
	return s
}
