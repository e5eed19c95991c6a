// Copyright (c) The terraform-provider-tanium Authors
// SPDX-License-Identifier: MPL-2.0

package conceal

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/tanium-community/terraform-provider-tanium/internal/provider/conceal/spelling"
)

// wholly returns a text with every character encoded, in each way that is concealed.
func wholly(text string) map[string]string {
	return map[string]string{
		"upper case":      strings.ToUpper(text),
		"lower case":      strings.ToLower(text),
		"UTF-16 lower":    spelling.UTF16(text, `\u%04x`),
		"UTF-16 upper":    spelling.UTF16(text, `\u%04X`),
		"decimal entity":  spelling.Entities(text, "&#%d;"),
		"hex entity":      spelling.Entities(text, "&#x%x;"),
		"HEX entity":      spelling.Entities(text, "&#X%05X;"),
		"named entity":    html.EscapeString(text),
		"percent":         spelling.Percent(text, "%"),
		"percent upper":   strings.ToUpper(spelling.Percent(text, "%")),
		"percent twice":   spelling.Percent(text, "%25"),
		"query twice":     url.QueryEscape(url.QueryEscape(text)),
		"path twice":      url.PathEscape(url.PathEscape(text)),
		"doubled quotes":  strings.ReplaceAll(text, `"`, `""`),
		"doubled accents": strings.ReplaceAll(text, `'`, `''`),
		"hex":             hex.EncodeToString([]byte(text)),
		"HEX":             strings.ToUpper(hex.EncodeToString([]byte(text))),
		"base64":          base64.StdEncoding.EncodeToString([]byte(text)),
		"base64 of URLs":  base64.RawURLEncoding.EncodeToString([]byte(text)),
		"base64 encoded":  url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(text))),
	}
}

// TestConcealSpellings checks the spellings that a server or a script can have besides those of
// TestConceal.
func TestConcealSpellings(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		"hunter2", `a"b'c\d%e<f>&g`, "größe-ß", "p😀ss😀", "two  words+more", "ab>?~\u00ff\u00fe",
		strings.Repeat("long", 100),
	} {
		concealed := Of([]string{secret})
		for name, spelled := range wholly(secret) {
			got := concealed.Text("login with " + spelled + " failed")
			if got != "login with "+Placeholder+" failed" {
				t.Errorf("%s of %q, %q: %q", name, secret, spelled, got)
			}
		}
	}
	named := Of([]string{"größe-é©"})
	if got := named.Text("x gr&ouml;&szlig;e-&eacute;&copy; y"); got != "x "+Placeholder+" y" {
		t.Error(got)
	}
	for _, before := range []string{"", "u", "us", "use"} {
		for _, after := range []string{"", "!", "!!", "!!!"} {
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
				text := encoding.EncodeToString([]byte(before + "?>hunter2" + after))
				got := Of([]string{"?>hunter2"}).Text("x " + text + " y")
				if !strings.Contains(got, Placeholder) || len(got) > len("x "+Placeholder+" y")+8 {
					t.Errorf("%q within %q and %q: %q", text, before, after, got)
				}
			}
		}
	}
	wrapped := base64.StdEncoding.EncodeToString([]byte("correct horse battery"))
	wrapped = wrapped[:10] + "\r\n" + wrapped[10:20] + `\n` + wrapped[20:]
	if got := Of([]string{"correct horse battery"}).Text("x " + wrapped); got != "x "+Placeholder {
		t.Error(got)
	}
}

// TestConcealCut checks a secret whose end is missing, also within the escape of a character.
func TestConcealCut(t *testing.T) {
	t.Parallel()
	const secret = "hunter😀" + `"x`
	concealed := Of([]string{secret})
	for _, spelled := range []string{
		spelling.UTF16(secret, `\u%04x`), spelling.Percent(secret, "%"), spelling.Percent(secret, "%25"),
		spelling.Entities(secret, "&#x%x;"),
		"hunter&quot;", base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret)),
	} {
		ends := 0 // how many characters are there
		for end := range spelled {
			if got := concealed.Text("x " + spelled[:end] + "…"); got == "x "+Placeholder {
				ends++
			} else if ends > 0 && !strings.HasPrefix(spelled, "hunter&") {
				t.Errorf("%q: %q", spelled[:end], got)
			}
		}
		if ends == 0 {
			t.Errorf("%q is never concealed", spelled)
		}
	}
}

// TestConcealLittle checks that what is no secret stays.
func TestConcealLittle(t *testing.T) {
	t.Parallel()
	concealed := Of([]string{"hunter2", "abc", " x ", `""""`})
	for _, text := range []string{
		"", "hunter", "hunter…", "hunter 2", "abc", "x", `\u00`, `\ud83d`, `\ud83d\u0041`, "%", "%2",
		"%ff%ff", "&", "&;", "&#;", "&hunter2",
		"\xff\xfe", "aHVudGVy", "68756e746572",
	} {
		want := text
		switch text {
		case "hunter…":
			want = Placeholder // one that was cut
		case "&hunter2":
			want = "&" + Placeholder
		}
		if got := concealed.Text(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	overlapping := Of([]string{"hunter2 and", "and more"})
	if got := overlapping.Text("x hunter2 and more y"); got != "x "+Placeholder+" y" {
		t.Errorf("overlapping secrets: %q", got)
	}
}

// spell returns a text with each of its characters spelled at random.
func spell(text string, random *rand.Rand) string {
	var spelled strings.Builder
	for _, each := range text {
		one := string(each)
		forms := []string{
			one, strings.ToUpper(one), strings.ToLower(one), spelling.Percent(one, "%"), spelling.Percent(one, "%25"),
			strings.ToUpper(spelling.Percent(one, "%")), spelling.UTF16(one, `\u%04x`), spelling.UTF16(one, `\u%04X`),
			spelling.Entities(one, "&#%d;"), spelling.Entities(one, "&#x%x;"), spelling.Entities(one, "&#X%X;"),
			html.EscapeString(one),
		}
		switch each {
		case '"', '\'':
			forms = append(forms, one+one, `\`+one)
		case '\\', '/':
			forms = append(forms, `\`+one)
		case ' ':
			forms = append(forms, "+", "%2B", "\n", "  ", `\n`, `\t`)
		}
		spelled.WriteString(forms[random.IntN(len(forms))])
	}
	return spelled.String()
}

// FuzzConceal spells a random secret at random within random text.
func FuzzConceal(f *testing.F) {
	for seed, secret := range []string{
		"hunter2", `a"b'c\d%e<f>&g`, "größe", "p😀ss", "two words", "İıſK", "%41%2541", "++ +",
	} {
		f.Add(secret, "login with ", " failed", uint64(seed))
		f.Add(secret, `"\`, `"%2`, uint64(seed))
	}
	f.Fuzz(func(t *testing.T, secret, before, after string, seed uint64) {
		secret = strings.TrimSpace(secret)
		if !utf8.ValidString(secret) || utf8.RuneCountInString(secret) < MinLength ||
			strings.ContainsFunc(secret, unencodable) {
			return
		}
		random := rand.New(rand.NewPCG(seed, 0))
		concealed := Of([]string{secret})
		check := func(text, spelled string) {
			t.Helper()
			for piece := range strings.SplitSeq(concealed.Text(text), Placeholder) {
				if strings.Contains(piece, spelled) || strings.Contains(piece, secret) {
					t.Errorf("%q in %q leaves %q", spelled, text, piece)
				}
			}
		}
		spelled := spell(secret, random)
		check(before+spelled+after, spelled)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
			encoded := encoding.EncodeToString([]byte(before + secret + after))
			// The characters of base64 that have bits of the secret only.
			core := encoded[(8*len(before)+5)/6 : 8*(len(before)+len(secret))/6]
			check(encoded, core)
			check(before+encoded+after, core)
		}
		encoded := hex.EncodeToString([]byte(secret))
		check(before+encoded+after, encoded)
		check(before+strings.ToUpper(encoded)+after, strings.ToUpper(encoded))

		// Without letters and digits, a text has no encoding, and no secret that begins with one.
		first, _ := utf8.DecodeRuneInString(secret)
		plain := strings.Map(func(each rune) rune {
			if unicode.IsLetter(each) || unicode.IsDigit(each) || strings.ContainsRune("+/-_", each) {
				return -1
			}
			return each
		}, strings.ToValidUTF8(before+after, ""))
		if got := concealed.Text(plain); (unicode.IsLetter(first) || unicode.IsDigit(first)) && got != plain {
			t.Errorf("%q becomes %q", plain, got)
		}
	})
}

// unencodable reports characters that some spellings cannot have: HTML has none for a zero or for
// what Windows had at the places of control characters.
func unencodable(each rune) bool {
	return each == 0 || each == utf8.RuneError || each >= 0x80 && each < 0xa0 || each == '\r'
}

// BenchmarkConceal measures the concealment of a long secret in a long text.
func BenchmarkConceal(b *testing.B) {
	key := "-----BEGIN KEY-----\n" + strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ+/=\n", 190)
	text := strings.Repeat(`the quick brown fox says "aB3" & 100% to C:\dir MIIE `, 1<<20/53)
	alike := strings.Repeat("a", 10_000)
	for name, secret := range map[string]string{"password": "hunter2-aB3", "key": key, "alike": alike} {
		b.Run("making/"+name, func(b *testing.B) {
			for b.Loop() {
				Of([]string{secret})
			}
		})
		concealed := Of([]string{secret})
		for kind, text := range map[string]string{"text": text, "itself": secret, "almost": alike[1:]} {
			b.Run(kind+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					concealed.Text(text)
				}
			})
		}
	}
}
