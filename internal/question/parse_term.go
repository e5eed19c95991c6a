// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package question

import (
	"slices"
	"strings"
)

// checkGroup reports a name without quotation marks, from a token to the next one, that is not
// surely one of a computer group, because it has a word that looks like an operator.
func (p *parser) checkGroup(first int) error {
	for _, found := range p.tokens[first+1 : p.next] {
		if found.kind == word && isMisspelledOperator(found.text) {
			return p.fail(found, "%s, or put the name of the computer group in quotation marks",
				otherOperator(found.text))
		}
	}
	return nil
}

// subject reads a name, the parameters in brackets and the column after a colon.
func (p *parser) subject(quantified bool) (Condition, error) {
	condition := Condition{At: p.peek().at}
	var err error
	if condition.Name, err = p.name(quantified); err != nil {
		return Condition{}, err
	}
	if found := p.peek(); found.kind == values {
		condition.Params = found.values
		p.next++
	}
	if err = p.otherSymbols(); err != nil {
		return Condition{}, err
	}
	if p.accept(":") && !p.option() {
		if condition.Column, err = p.name(false); err != nil {
			return Condition{}, err
		}
		if err = p.otherSymbols(); err != nil {
			return Condition{}, err
		}
	}
	if p.option() {
		return Condition{}, p.fail(p.after(1), "a filter cannot set an option of a sensor, such as the maximum age of "+
			"its reading. Remove the question mark and the option")
	}
	return condition, nil
}

// otherSymbols reports symbols of other languages, such as "=~", where an operator is expected.
// Their first character alone would be an operator, and the others would become a part of the
// value.
func (p *parser) otherSymbols() error {
	found := p.peek()
	if found.kind != symbol && found.kind != word {
		return nil
	}
	rest := strings.TrimLeft(p.text[found.from:], operatorCharacters)
	found.to = len(p.text) - len(rest)
	text := p.text[found.from:found.to]
	if slices.Contains([]string{"", "=", "!=", ">", ">=", "<", "<=", ":"}, text) {
		return nil
	}
	return p.fail(found, "%s, or put the name that contains it in quotation marks", otherOperator(text))
}

// option reports whether an option of a sensor follows, such as "?maxAge=60".
func (p *parser) option() bool {
	return p.peek().is("?") && p.after(1).kind == word && p.after(2).is("=") && p.peek().touches(p.after(1)) &&
		p.after(1).touches(p.after(2))
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
			if _, isOperator := p.operator(); p.peek().kind == word && !isOperator && !p.ends() {
				return "", p.fail(found, "put a name that contains a question mark in quotation marks")
			}
			continue
		}
		if _, isOperator := p.operator(); isOperator || p.ends() {
			break
		}
		switch canBeginGroup := quantified && len(words) == 0 && p.after(1).kind == word; {
		case p.fromMachines():
			return "", p.fail(found, "a question begins with get and the names of sensors. Put a name that contains "+
				"these words in quotation marks")
		case p.fromOthers():
			return "", p.onlyMachines(found)
		case found.is("not") && p.after(1).is("in"):
			return "", p.reserved(p.after(1))
		case found.is("not") && isMisspelledOperator(p.after(1).text) && p.after(1).kind == word:
			return "", p.fail(p.after(1), "%s. The word not stays in front of it", otherOperator(p.after(1).text))
		case isComment(found.text):
			return "", p.fail(found, noComment)
		case isOtherSyntax(found.text), strings.HasPrefix(found.text, "~="):
			if strings.Contains(found.text, "~") {
				return "", p.otherSymbols()
			}
			return "", p.fail(found, "%s, or put the name that contains it in quotation marks",
				otherOperator(found.text))
		case !isReserved(found.text) || canBeginGroup:
		case len(words) == 0 || !canBeInside(found.text):
			return "", p.reserved(found)
		case inside == nil:
			inside = &found
		}
		words = append(words, found.text)
		p.next++
	}
	if len(words) == 0 {
		return "", p.fail(start, "a sensor or a computer group is missing here")
	}
	last := p.tokens[p.next-1]
	_, isOperator := p.operator()
	switch sensor := isOperator || p.peek().kind == values || p.peek().is(":") || p.peek().is("having"); {
	case inside != nil && !sensor:
		return "", p.reserved(*inside) // not a sensor, so the word may be syntax
	case isOperator && len(words) > 1 && last.kind == word && startsMisspelledOperator(last.text):
		return "", p.fail(last, "this word and the operator after it do not form an operator. Use contains, "+
			"does not contain, equals and so on, or put the name of the sensor in quotation marks")
	}
	return strings.Join(words, " "), nil
}

// ends reports whether a word follows that ends a name.
func (p *parser) ends() bool { return p.peek().is("and") || p.peek().is("or") || p.peek().is("having") }

// endsName reports whether a question mark follows that is part of a name, as in "DHCP Enabled?
// equals True".
func (p *parser) endsName() bool {
	if !p.peek().is("?") || p.next == 0 || p.option() || p.isFinalMark() {
		return false
	}
	before := p.tokens[p.next-1]
	return before.kind == word && before.touches(p.peek())
}

// value reads a value, which can be a regular expression: text in quotation marks, or words up to
// the end of the condition.
func (p *parser) value(regular bool) (string, error) {
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
			switch {
			case isReserved(last.text):
				return "", p.reserved(last)
			case isComment(last.text):
				return "", p.fail(last, noComment)
			case isOtherSyntax(last.text), last.from == start.from && endsMisspelledOperator(last.text),
				last.is("ignoring") && p.after(1).is("case"):
				return "", p.fail(last, "this is not part of the operator. Put a value that contains it in "+
					"quotation marks")
			}
		}
	}
	switch following := p.peek(); {
	case p.matchingCase():
		return "", p.noMatchingCase()
	case following.kind == word && isComment(following.text):
		return "", p.fail(following, noComment)
	case following.kind == symbol && !following.is(")") && !p.isFinalMark(),
		following.kind == values, following.kind == word && !following.is("and") && !following.is("or"),
		following.kind == quoted:
		return "", p.fail(following, "this cannot follow a value or be part of it. Put a value that contains it in "+
			"quotation marks, with \" doubled")
	case following.from == start.from:
		return "", p.fail(start, "a value must follow the operator")
	case start.kind == quoted:
		return start.text, p.invisible(start.from, start.to)
	}
	text := p.text[start.from:last.to]
	switch following := p.peek(); {
	case strings.HasSuffix(text, ".") && (following.kind == end || p.isFinalMark()):
		return "", p.fail(last, "put the value in quotation marks, with the period or without it")
	case regular && p.isFinalMark():
		return "", p.fail(following, "put the regular expression in quotation marks, with the question mark "+
			"or without it")
	}
	if err := p.invisible(start.from, last.to); err != nil {
		return "", err
	}
	if text != strings.Join(strings.Fields(text), " ") {
		return "", p.fail(last, "put a value that has other white space than single spaces between its "+
			"words in quotation marks")
	}
	return text, nil
}

// invisible reports the first character of a value that is not visible.
func (p *parser) invisible(from, to int) error {
	s := scanner{text: p.text}
	return s.failInvisible(from, to)
}

// isFinalMark reports whether a question mark ends the text here.
func (p *parser) isFinalMark() bool { return p.peek().is("?") && p.after(1).kind == end }

func (p *parser) matchingCase() bool { return p.peek().is("matching") && p.after(1).is("case") }

func (p *parser) noMatchingCase() error {
	return p.fail(p.peek(), `"matching case" has no counterpart: the definition of a sensor sets whether its `+
		"comparison ignores case")
}

// reserved reports a reserved word in a name or a value.
func (p *parser) reserved(found token) error {
	if found.is("in") {
		return p.fail(found, `"in" has no counterpart in a filter. Join conditions with "or", or put the name or `+
			"value in quotation marks if the word is part of it")
	}
	return p.fail(found, "this word is reserved. Put the name or value that contains it in quotation marks")
}
