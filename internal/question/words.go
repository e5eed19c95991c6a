// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// reserved returns the words that Tanium reads as syntax unless they are in quotation marks
// (API.md#question-text).
func reserved() []string {
	return []string{
		"all", "and", "any", "contain", "containing", "contains", "ending", "ends", "equals", "get", "having", "in",
		"matches", "matching", "not", "or", "starting", "starts", "with",
	}
}

// isReserved reports whether a word is reserved, in any case.
func isReserved(text string) bool { return slices.Contains(reserved(), strings.ToLower(text)) }

// canBeInside reports whether a reserved word can be inside the name of a sensor without quotation
// marks. The others begin an operator.
func canBeInside(text string) bool {
	return slices.Contains([]string{"all", "any", "get", "in", "with"}, strings.ToLower(text))
}

// startsMisspelledOperator reports whether a word at the end of a name without quotation marks is
// the start of an operator that is spelled wrongly, as in "Computer Name is containing x".
func startsMisspelledOperator(text string) bool {
	return slices.Contains([]string{"is", "isn't", "are", "do", "does", "doesn't", "don't"}, strings.ToLower(text))
}

// isMisspelledOperator reports whether a word in the name of a computer group without quotation
// marks is an operator that is spelled wrongly, as in "Computer Name match x".
func isMisspelledOperator(text string) bool {
	others := []string{"start", "end"}
	return startsMisspelledOperator(text) || instead(text) != "" || slices.Contains(others, strings.ToLower(text))
}

// endsMisspelledOperator reports whether a word at the start of a value without quotation marks is
// the rest of an operator that is spelled wrongly, as in "Uptime is greater than equal 5".
func endsMisspelledOperator(text string) bool {
	return slices.Contains([]string{"to", "than", "equal", "is"}, strings.ToLower(text))
}

// instead returns what a question has in place of a word or symbol of other languages; empty for a
// word that is none.
func instead(text string) string {
	switch strings.ToLower(text) {
	case "&", "&&":
		return "and"
	case "|", "||":
		return "or"
	case "!":
		return "not, or !="
	case "==", "===", ":=", "equal", "eq", "-eq":
		return "equals"
	case "<>", "><", "!==", "=!", "-ne":
		return "!="
	case "=>":
		return ">="
	case "=<":
		return "<="
	case "~", "=~", "~=", "~*", "==~", "match", "regex", "-match":
		return "matches"
	case "!~", "!~*", "-notmatch":
		return "not matches"
	case "like", "ilike", "-like":
		return "contains"
	case "-notlike":
		return "not contains"
	default:
		return ""
	}
}

// isOtherSyntax reports whether a word is an operator of other languages.
func isOtherSyntax(text string) bool {
	isSymbol := !strings.ContainsFunc(text, unicode.IsLetter)
	return strings.HasPrefix(text, "!") || instead(text) != "" && (isSymbol || text[0] == '-')
}

// otherOperator describes an operator of other languages, and what a question has in place of it.
func otherOperator(text string) string {
	if operator := instead(text); operator != "" {
		return "this is not an operator of a question: write " + operator
	}
	return "this is not an operator of a question. Use contains, equals, starts with, ends with, matches, =, " +
		"!=, >, >=, < or <="
}

// operatorCharacters are the characters of the operators that are symbols, here and elsewhere.
const operatorCharacters = "=!<>~:"

// isComment reports whether a word without quotation marks ends a sentence or begins a comment in
// other languages. A question has neither, and would take the text that follows into the value.
func isComment(text string) bool {
	begins := func(mark string) bool { return strings.HasPrefix(text, mark) }
	return strings.Contains(text, ";") || slices.ContainsFunc([]string{"#", "//", "/*", "--"}, begins)
}

// noComment is what is wrong with such a word.
const noComment = "a question has no comments and no mark between sentences. Remove it, or put the name or value " +
	"that contains it in quotation marks"

// operator is an operator in a question.
type operator struct {
	// op is the operator of a filter; empty for Tanium's default, EQ.
	op      gateway.FieldFilterOp
	negated bool
	length  int
}

// spelling is a spelling of an operator.
type spelling struct {
	words []string
	operator
}

// spellings returns the spellings of the operators, longer ones first.
func spellings() []spelling {
	var all []spelling
	add := func(op gateway.FieldFilterOp, negated bool, texts ...string) {
		for _, text := range texts {
			words := strings.Fields(text)
			all = append(all, spelling{words, operator{op, negated, len(words)}})
		}
	}
	const equal gateway.FieldFilterOp = ""
	for _, each := range []struct {
		op gateway.FieldFilterOp
		// texts are the spellings. Each can have "not" in front of it.
		texts []string
		// bare is the spelling after "does" and "does not".
		bare string
	}{
		{gateway.FieldFilterOpContains, []string{"contains", "containing", "contain"}, "contain"},
		{equal, []string{"equals", "equal to", "equals to"}, "equal"},
		{gateway.FieldFilterOpStartsWith, []string{"starts with", "starting with", "start with"}, "start with"},
		{gateway.FieldFilterOpEndsWith, []string{"ends with", "ending with", "end with"}, "end with"},
		{gateway.FieldFilterOpMatches, []string{"matches", "matching"}, "match"},
	} {
		for _, text := range each.texts {
			add(each.op, false, text)
			add(each.op, true, "not "+text, "does not "+text)
		}
		add(each.op, false, "does "+each.bare)
		add(each.op, true, "does not "+each.bare)
	}
	add(equal, false, "is equal to", "=")
	add(equal, true, "is not equal to", "!=")
	for op, texts := range map[gateway.FieldFilterOp][]string{
		gateway.FieldFilterOpGt:  {">", "greater than", "is greater than"},
		gateway.FieldFilterOpGte: {">=", "greater than or equal to", "is greater than or equal to"},
		gateway.FieldFilterOpLt:  {"<", "less than", "is less than"},
		gateway.FieldFilterOpLte: {"<=", "less than or equal to", "is less than or equal to"},
	} {
		add(op, false, texts...)
	}
	slices.SortStableFunc(all, func(a, b spelling) int { return len(b.words) - len(a.words) })
	return all
}

// canonical returns how an operator is printed.
func canonical(op gateway.FieldFilterOp, negated bool) (text string, ok bool) {
	texts := map[gateway.FieldFilterOp][2]string{
		"":                              {"equals", "not equals"},
		gateway.FieldFilterOpEq:         {"equals", "not equals"},
		gateway.FieldFilterOpContains:   {"contains", "not contains"},
		gateway.FieldFilterOpStartsWith: {"starts with", "not starts with"},
		gateway.FieldFilterOpEndsWith:   {"ends with", "not ends with"},
		gateway.FieldFilterOpMatches:    {"matches", "not matches"},
		gateway.FieldFilterOpGt:         {">", ""},
		gateway.FieldFilterOpGte:        {">=", ""},
		gateway.FieldFilterOpLt:         {"<", ""},
		gateway.FieldFilterOpLte:        {"<=", ""},
	}
	pair, known := texts[op]
	if negated {
		return pair[1], known && pair[1] != ""
	}
	return pair[0], known
}
