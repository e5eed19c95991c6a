// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tanium-community/terraform-provider-tanium/internal/gateway"
)

// maxDepth bounds the nesting of lists, and maxParentheses that of parentheses, which bounds the
// recursion: a list can be in more than one pair.
const (
	maxDepth       = 50
	maxParentheses = 2 * maxDepth
)

// Question is a parsed question.
type Question struct {
	// Condition is what follows "from all machines with".
	Condition Condition
	// Mixed is the number of the character of an "or" that stands beside an "and" without
	// parentheses; 0 for none. Tanium does not document which of them binds more tightly. Parse
	// lets "and" do so, as most languages do.
	Mixed int
}

// Parse parses a question, such as "Get Computer Name from all machines with Is Windows equals
// True", or the conditions of one. The error is an *Error.
func Parse(text string) (Question, error) {
	text = strings.TrimPrefix(text, "\uFEFF") // the mark at the start of a file
	tokens, err := scan(text)
	if err != nil {
		return Question{}, err
	}
	p := parser{text: text, tokens: tokens, spellings: spellings()}
	condition, err := p.question()
	if err != nil {
		return Question{}, err
	}
	if condition.depth() > maxDepth {
		return Question{}, &Error{Message: fmt.Sprintf("the lists of conditions nest deeper than %d", maxDepth)}
	}
	return Question{Condition: condition, Mixed: p.mixed}, nil
}

// parser reads tokens by recursive descent.
type parser struct {
	text      string
	tokens    []token
	spellings []spelling
	next      int
	depth     int
	mixed     int
}

func (p *parser) peek() token { return p.tokens[p.next] }

// after returns the token that is a number of tokens away.
func (p *parser) after(count int) token { return p.tokens[min(p.next+count, len(p.tokens)-1)] }

// accept moves past words or symbols, if all of them follow.
func (p *parser) accept(texts ...string) bool {
	for i, text := range texts {
		if !p.after(i).is(text) {
			return false
		}
	}
	p.next += len(texts)
	return true
}

// fail reports a mistake at a token.
func (p *parser) fail(t token, format string, arguments ...any) error {
	return &Error{At: t.at, Word: p.text[t.from:t.to], Message: fmt.Sprintf(format, arguments...)}
}

// question reads the whole text.
func (p *parser) question() (Condition, error) {
	if p.peek().kind == end {
		return Condition{}, &Error{Message: "the text is empty"}
	}
	if p.fromOthers() {
		return Condition{}, p.onlyMachines(p.peek())
	}
	whole := p.peek().is("get") || p.fromMachines()
	if p.peek().is("get") {
		if err := p.getClause(); err != nil {
			return Condition{}, err
		}
	}
	if whole {
		p.next += 3 // from all machines
		if p.peek().kind == end || p.isFinalMark() {
			return Condition{}, p.fail(p.peek(), "the question has no condition, so it would select every endpoint: "+
				`add "with" and a condition`)
		}
		if !p.peek().is("with") && !p.peek().is("where") {
			return Condition{}, p.fail(p.peek(), `"with" and a condition must follow "from all machines"`)
		}
	}
	if !p.accept("with") {
		p.accept("where") // as servers before 6.5 wrote it
	}
	condition, err := p.alternatives()
	if err != nil {
		return Condition{}, err
	}
	if p.isFinalMark() {
		p.next++
	}
	if p.peek().kind != end {
		return Condition{}, p.unexpected()
	}
	return condition, nil
}

// fromMachines reports whether "from all machines" follows, or the newer "from all entities".
func (p *parser) fromMachines() bool {
	return p.peek().is("from") && p.after(1).is("all") && (p.after(2).is("machines") || p.after(2).is("entities"))
}

// fromOthers reports whether words follow that name other endpoints than all machines, such as
// "from computers with". Without the check, they would begin the name of a sensor.
func (p *parser) fromOthers() bool {
	if !p.peek().is("from") || p.fromMachines() {
		return false
	}
	among := func(t token, words ...string) bool { return slices.ContainsFunc(words, t.is) }
	noun := 1
	for among(p.after(noun), "all", "any", "every", "each", "the", "my", "online", "managed", "windows", "linux",
		"mac") {
		noun++
	}
	return among(p.after(noun), "machine", "machines", "computer", "computers", "endpoint", "endpoints", "entity",
		"entities", "device", "devices", "host", "hosts", "client", "clients", "servers") &&
		(p.after(noun+1).kind == end || p.after(noun+1).kind == symbol || among(p.after(noun+1), "with", "where", "in"))
}

// onlyMachines reports a "from" that is not "from all machines".
func (p *parser) onlyMachines(from token) error {
	return p.fail(from, "a question is for \"from all machines\". Limit them by conditions and the names of computer "+
		"groups after it: %s", hcl(`from all machines with All Windows and Is Virtual equals "True"`))
}

// namesMachines reports whether "from all machines" follows anywhere.
func (p *parser) namesMachines() bool {
	ahead := *p
	for ; ahead.peek().kind != end; ahead.next++ {
		if ahead.fromMachines() {
			return true
		}
	}
	return false
}

// getClause moves to "from all machines". The sensors in the get clause do not select endpoints,
// but a filter there changes what the question answers. So the clause must consist of names,
// parameters, columns and options.
func (p *parser) getClause() error {
	get := p.peek()
	var from *token
	begins := true // a sensor begins
	named := p.namesMachines()
	for p.next++; !p.fromMachines(); p.next++ {
		found := p.peek()
		if p.option() {
			p.next += 2 // how old the answer may be, which does not select endpoints
			if p.after(1).kind == word && p.peek().touches(p.after(1)) {
				p.next++
			}
			continue
		}
		_, isOperator := p.operator()
		glued := found.is("?") && p.tokens[p.next-1].kind == word && p.tokens[p.next-1].touches(found)
		switch {
		case from != nil && !named && (found.kind == end || found.is("with") || found.is("where") || isOperator):
			return p.onlyMachines(*from)
		case found.kind == end:
			return p.fail(found, `"from all machines with" and a condition must follow the get clause`)
		case isOperator, found.is("having"), found.is("not"), found.kind == quoted && !begins,
			found.kind == symbol && !found.is(":") && !found.is(",") && !glued:
			return p.fail(found, "a filter in the get clause has no counterpart: put the condition after "+
				"from all machines with, or put the name of the sensor in quotation marks")
		case found.is("from") && from == nil:
			from = &found
		}
		begins = found.is("and") || found.is(",") || found.is(":")
	}
	if p.tokens[p.next-1].from == get.from {
		return p.fail(p.peek(), "the get clause names no sensor")
	}
	return nil
}

// alternatives reads conditions that are joined with "or".
func (p *parser) alternatives() (Condition, error) {
	start := p.peek()
	if p.depth++; p.depth > maxParentheses {
		return Condition{}, p.fail(start, "the parentheses nest deeper than %d", maxParentheses)
	}
	defer func() { p.depth-- }()
	list := Condition{At: start.at, Any: true}
	or, joined := 0, false
	for {
		condition, several, err := p.conjunction()
		if err != nil {
			return Condition{}, err
		}
		list.Conditions = append(list.Conditions, condition)
		joined = joined || several
		if !p.peek().is("or") {
			break
		}
		if or == 0 {
			or = p.peek().at
		}
		p.next++
	}
	if len(list.Conditions) == 1 {
		return list.Conditions[0], nil
	}
	if joined && p.mixed == 0 {
		p.mixed = or
	}
	return list, nil
}

// conjunction reads conditions that are joined with "and", and returns whether there are several.
func (p *parser) conjunction() (condition Condition, several bool, err error) {
	list := Condition{At: p.peek().at}
	having := map[string]token{} // the word, by the sensor before it
	for {
		condition, err := p.negatable()
		if err != nil {
			return Condition{}, false, err
		}
		sensor := strings.ToLower(condition.Name)
		if before, found := having[sensor]; found {
			return Condition{}, false, p.severalColumns(before)
		}
		if condition.having.kind == word {
			having[sensor] = condition.having
		}
		list.Conditions = append(list.Conditions, condition)
		if !p.accept("and") {
			break
		}
	}
	if len(list.Conditions) == 1 {
		return list.Conditions[0], false, nil
	}
	return list, true, nil
}

// negatable reads a condition, or conditions in parentheses, with "not" in front of it or without.
func (p *parser) negatable() (condition Condition, err error) {
	negated := false
	for p.accept("not") {
		negated = !negated
	}
	if open := p.peek(); p.accept("(") {
		condition, err = p.alternatives()
		if err == nil && !p.accept(")") {
			if p.peek().kind == end {
				return Condition{}, p.fail(open, "the parenthesis is not closed")
			}
			return Condition{}, p.unexpected()
		}
	} else {
		condition, err = p.single()
	}
	condition.Negated = condition.Negated != negated
	return condition, err
}

// single reads a sensor with an operator and a value, or the name of a computer group.
func (p *parser) single() (Condition, error) {
	first, start := p.next, p.peek()
	quantified := start.is("all") || start.is("any")
	if quantified && (p.after(1).kind == quoted || p.after(1).is("(")) {
		return Condition{}, p.quantifier(start)
	}
	condition, err := p.subject(quantified)
	switch following := p.peek(); {
	case err != nil:
		return Condition{}, err
	case following.is("in"):
		return Condition{}, p.reserved(following)
	case quantified && following.is("having"):
		return Condition{}, p.quantifier(start)
	}
	if having := p.peek(); p.accept("having") {
		if condition, err = p.having(condition, having); err != nil {
			return Condition{}, err
		}
	}
	found, isOperator := p.operator()
	switch {
	case !isOperator && (condition.Params != nil || condition.Column != ""):
		return Condition{}, p.fail(p.peek(), "an operator and a value must follow the sensor")
	case !isOperator && start.kind == word:
		return condition, p.checkGroup(first)
	case !isOperator:
		return condition, nil
	case quantified:
		return Condition{}, p.quantifier(start)
	}
	p.next += found.length
	value, err := p.value(found.op == gateway.FieldFilterOpMatches)
	condition.Op, condition.Negated, condition.Value = found.op, found.negated, &value
	return condition, err
}

// quantifier reports "all" or "any" before a sensor.
func (p *parser) quantifier(found token) error {
	return p.fail(found, "a filter cannot say whether all values of a sensor or any of them must match. Remove the "+
		"word, or put the name of the sensor in quotation marks if it is part of it")
}

// having reads the column after "having".
func (p *parser) having(sensor Condition, having token) (Condition, error) {
	start := p.peek()
	if start.is("(") {
		return Condition{}, p.severalColumns(having)
	}
	column, err := p.subject(false)
	switch {
	case err != nil:
		return Condition{}, err
	case column.Column == "" || sensor.Column != "" || !strings.EqualFold(column.Name, sensor.Name) ||
		(column.Params != nil && !slices.Equal(column.Params, sensor.Params)):
		return Condition{}, p.fail(start, `the same sensor, a colon and a column must follow "having"`)
	}
	sensor.Column, sensor.having = column.Column, having
	return sensor, nil
}

// severalColumns reports conditions on several columns after "having".
func (p *parser) severalColumns(having token) error {
	return p.fail(having, "a filter compares one column. Conditions on several columns of one row have no counterpart")
}

// operator returns the longest operator that follows; false if none does.
func (p *parser) operator() (operator, bool) {
	for _, each := range p.spellings {
		matches := true
		for i, text := range each.words {
			matches = matches && p.after(i).is(text)
		}
		if matches {
			return each.operator, true
		}
	}
	return operator{}, false
}

// unexpected reports a token that cannot follow a condition.
func (p *parser) unexpected() error {
	found := p.peek()
	switch {
	case found.is(")"):
		return p.fail(found, "the parenthesis was not opened")
	case found.kind == word && isComment(found.text):
		return p.fail(found, noComment)
	case found.kind == symbol || found.kind == values:
		return p.fail(found, "this cannot follow a name. Put a name that contains it in quotation marks")
	}
	return p.fail(found, `only "and", "or" or a closing parenthesis can follow a condition`)
}
