// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"fmt"
	"slices"
	"strings"
)

// maxDepth bounds the nesting of parentheses, and with it the depth of the recursion.
const maxDepth = 50

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
	tokens, err := scan(text)
	if err != nil {
		return Question{}, err
	}
	p := parser{text: text, tokens: tokens, spellings: spellings()}
	condition, err := p.question()
	if err != nil {
		return Question{}, err
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

func (p *parser) place(t token) int { return character(p.text, t.from) }

// fail reports a mistake at a token.
func (p *parser) fail(t token, format string, arguments ...any) error {
	return &Error{At: p.place(t), Word: p.text[t.from:t.to], Message: fmt.Sprintf(format, arguments...)}
}

// question reads the whole text.
func (p *parser) question() (Condition, error) {
	if p.peek().kind == end {
		return Condition{}, &Error{Message: "the text is empty"}
	}
	whole := p.peek().is("get") || p.fromMachines()
	if p.peek().is("get") {
		if err := p.getClause(); err != nil {
			return Condition{}, err
		}
	}
	if whole {
		p.next += 3 // from all machines
		if p.peek().kind == end || (p.peek().is("?") && p.after(1).kind == end) {
			return Condition{}, p.fail(p.peek(), "the question has no condition, so it would select every endpoint: "+
				"add with and a condition")
		}
		if !p.peek().is("with") && !p.peek().is("where") {
			return Condition{}, p.fail(p.peek(), "with and a condition must follow the machines")
		}
	}
	if !p.accept("with") {
		p.accept("where") // as servers before 6.5 wrote it
	}
	condition, err := p.alternatives()
	if err != nil {
		return Condition{}, err
	}
	p.accept("?")
	if p.peek().kind != end {
		return Condition{}, p.unexpected()
	}
	return condition, nil
}

// fromMachines reports whether "from all machines" follows, or the newer "from all entities".
func (p *parser) fromMachines() bool {
	return p.peek().is("from") && p.after(1).is("all") && (p.after(2).is("machines") || p.after(2).is("entities"))
}

// getClause moves to "from all machines". The sensors in the get clause do not select endpoints,
// but a filter there changes what the question answers.
func (p *parser) getClause() error {
	for p.next++; !p.fromMachines(); p.next++ {
		found := p.peek()
		if p.option() {
			p.next += 2 // how old the answer may be, which does not select endpoints
			continue
		}
		if _, isOperator := p.operator(); isOperator || found.is("having") {
			return p.fail(found, "a filter in the get clause has no counterpart: put the condition after "+
				"from all machines with, or put the name of the sensor in quotation marks")
		}
		if found.is("from") && p.after(1).kind == word {
			return p.fail(found, "only from all machines is supported")
		}
		if found.kind == end {
			return p.fail(found, "from all machines with and a condition must follow the get clause")
		}
	}
	return nil
}

// alternatives reads conditions that are joined with "or".
func (p *parser) alternatives() (Condition, error) {
	start := p.peek()
	if p.depth++; p.depth > maxDepth {
		return Condition{}, p.fail(start, "the parentheses nest deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	list := Condition{At: p.place(start), Any: true}
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
		or = p.place(p.peek())
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
	list := Condition{At: p.place(p.peek())}
	for {
		condition, err := p.negatable()
		if err != nil {
			return Condition{}, false, err
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
	start := p.peek()
	quantified := start.is("all") || start.is("any")
	if quantified && p.after(1).kind == quoted {
		return Condition{}, p.quantifier(start)
	}
	condition, err := p.subject(quantified)
	if err != nil {
		return Condition{}, err
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
	case !isOperator:
		return condition, nil
	case quantified:
		return Condition{}, p.quantifier(start)
	}
	p.next += found.length
	value, err := p.value()
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
		return Condition{}, p.fail(having, "a filter compares one column. Conditions on several columns of one row "+
			"have no counterpart")
	}
	column, err := p.subject(false)
	switch {
	case err != nil:
		return Condition{}, err
	case column.Column == "" || sensor.Column != "" || !strings.EqualFold(column.Name, sensor.Name) ||
		(column.Params != nil && !slices.Equal(column.Params, sensor.Params)):
		return Condition{}, p.fail(start, "having must be followed by the same sensor, a colon and a column")
	}
	sensor.Column = column.Column
	return sensor, nil
}

// subject reads a name, the parameters in brackets and the column after a colon.
func (p *parser) subject(quantified bool) (Condition, error) {
	condition := Condition{At: p.place(p.peek())}
	var err error
	if condition.Name, err = p.name(quantified); err != nil {
		return Condition{}, err
	}
	if found := p.peek(); found.kind == values {
		condition.Params = found.values
		p.next++
	}
	if p.option() {
		return Condition{}, p.fail(p.after(1), "a filter cannot set an option of a sensor, such as the maximum age of "+
			"its reading. Remove the question mark and the option")
	}
	if p.accept(":") {
		condition.Column, err = p.name(false)
	}
	return condition, err
}

// option reports whether an option of a sensor follows, such as "?maxAge=60".
func (p *parser) option() bool {
	return p.peek().is("?") && p.after(1).kind == word && p.after(2).is("=")
}

// name reads the name of a sensor, a column or a computer group. A name without quotation marks
// ends at the next operator. Tanium itself prints the names of sensors that contain "in" and "with"
// without them. The name of a computer group can begin with "all" or "any" if quantified is true.
func (p *parser) name(quantified bool) (string, error) {
	start := p.peek()
	if start.kind == quoted && start.text != "" {
		p.next++
		return start.text, nil
	}
	var words []string
	var inside *token
	for found := start; found.kind == word || (len(words) > 0 && p.endsName()); found = p.peek() {
		if found.kind == symbol {
			words[len(words)-1] += found.text
			p.next++
			continue
		}
		if _, isOperator := p.operator(); isOperator || found.is("and") || found.is("or") || found.is("having") {
			break
		}
		if isReserved(found.text) {
			canBeginGroup := quantified && len(words) == 0
			if !canBeginGroup && (len(words) == 0 || !canBeInside(found.text)) {
				return "", p.reserved(found)
			}
			if !canBeginGroup && inside == nil {
				inside = &found
			}
		}
		words = append(words, found.text)
		p.next++
	}
	if len(words) == 0 {
		return "", p.fail(start, "a sensor or a computer group is missing here")
	}
	if _, isOperator := p.operator(); inside != nil && !isOperator && p.peek().kind != values && !p.peek().is(":") &&
		!p.peek().is("having") {
		return "", p.reserved(*inside) // not a sensor, so the word may be syntax
	}
	return strings.Join(words, " "), nil
}

// endsName reports whether a question mark follows that is part of a name, as in "DHCP Enabled?
// equals True".
func (p *parser) endsName() bool {
	if !p.peek().is("?") || p.next == 0 || p.option() || p.isFinalMark() {
		return false
	}
	before := p.tokens[p.next-1]
	return before.kind == word && before.to == p.peek().from
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

// value reads a value: text in quotation marks, or words up to the end of the condition.
func (p *parser) value() (string, error) {
	start := p.peek()
	last := start
	if start.kind == quoted {
		p.next++
	} else {
		for ; p.peek().kind == word && !p.peek().is("and") && !p.peek().is("or"); p.next++ {
			last = p.peek()
			if p.matchingCase() {
				return "", p.noMatchingCase()
			}
			if isReserved(last.text) {
				return "", p.reserved(last)
			}
		}
	}
	switch following := p.peek(); {
	case p.matchingCase():
		return "", p.noMatchingCase()
	case following.kind == symbol && !following.is(")") && !p.isFinalMark(),
		following.kind == values, following.kind == word && !following.is("and") && !following.is("or"),
		following.kind == quoted:
		return "", p.fail(following, "this cannot follow a value or be part of it. Put a value that contains it in "+
			"quotation marks, with \" doubled")
	case following.from == start.from:
		return "", p.fail(start, "a value must follow the operator")
	case start.kind == quoted:
		return start.text, nil
	}
	text := p.text[start.from:last.to]
	if strings.HasSuffix(text, ".") && p.peek().kind == end {
		return "", p.fail(last, "put the value in quotation marks, with the period or without it")
	}
	if text != strings.Join(strings.Fields(text), " ") {
		return "", p.fail(last, "put a value that has more than single spaces between its words in quotation marks")
	}
	return text, nil
}

// isFinalMark reports whether a question mark ends the text here.
func (p *parser) isFinalMark() bool { return p.peek().is("?") && p.after(1).kind == end }

func (p *parser) matchingCase() bool { return p.peek().is("matching") && p.after(1).is("case") }

func (p *parser) noMatchingCase() error {
	return p.fail(p.peek(), "matching case has no counterpart: the definition of a sensor sets whether its comparison "+
		"ignores case")
}

// reserved reports a reserved word in a name or a value.
func (p *parser) reserved(found token) error {
	if found.is("in") {
		return p.fail(found, "in has no counterpart in a filter. Join conditions with or, or put the name or value "+
			"in quotation marks if the word is part of it")
	}
	return p.fail(found, "this word is reserved. Put the name or value that contains it in quotation marks")
}

// unexpected reports a token that cannot follow a condition.
func (p *parser) unexpected() error {
	found := p.peek()
	if found.is(")") {
		return p.fail(found, "the parenthesis was not opened")
	}
	return p.fail(found, "only and, or, and a closing parenthesis can follow a condition")
}
