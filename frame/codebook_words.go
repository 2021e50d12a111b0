package frame

import (
	"regexp"
	"strings"
)

// meaning is what one word of the type or scale column tells.
type meaning struct {
	kind    ValueType
	level   Level
	unit    string
	integer bool
}

// or fills what m leaves open from n.
func (m meaning) or(n meaning) meaning {
	if m.kind == TypeUnknown {
		m.kind = n.kind
	}
	if m.level == LevelUnknown {
		m.level = n.level
	}
	if m.unit == "" {
		m.unit = n.unit
	}
	m.integer = m.integer || n.integer
	return m
}

// meanings lists the words for types and scales. Scale levels are those of
// Stevens (1946); a Likert item is ordinal with whole numbers, whatever an
// estimator makes of it later.
var meanings = func() map[string]meaning {
	words := map[string]meaning{}
	add := func(m meaning, names ...string) {
		for _, n := range names {
			words[n] = m
		}
	}
	// How the answers are written.
	add(meaning{kind: TypeText}, "text", "string", "str", "character", "char", "words", "alphanumeric")
	add(meaning{kind: TypeNumber}, "number", "numeric", "float", "double", "decimal", "real", "num")
	add(meaning{kind: TypeNumber, integer: true}, "integer", "int", "whole number", "whole", "long", "byte")
	add(meaning{}, "date", "time", "datetime", "mixed", "other")
	// What they mean.
	add(meaning{level: Nominal}, "nominal", "categorical", "category", "categories", "factor", "qualitative", "single choice", "name", "identifier", "id")
	add(meaning{level: Nominal}, "binary", "dichotomous", "dummy", "boolean", "bool", "logical", "yes/no", "0/1")
	add(meaning{level: Ordinal}, "ordinal", "ordered", "ordered factor", "rank", "ranking")
	add(meaning{kind: TypeNumber, level: Ordinal, integer: true}, "likert", "likert scale", "likert item", "rating", "rating scale", "agreement")
	add(meaning{kind: TypeNumber, level: Interval}, "interval", "score", "index", "scale", "continuous", "metric", "quantitative", "slider")
	add(meaning{kind: TypeNumber, level: Ratio}, "ratio", "amount", "quantity")
	add(meaning{kind: TypeNumber, level: Ratio, integer: true}, "count", "counts", "frequency")
	add(meaning{kind: TypeNumber, level: Ratio, unit: "percent"}, "percent", "percentage", "%", "per cent", "pct")
	add(meaning{kind: TypeNumber, level: Ratio}, "share", "proportion", "fraction")
	// A unit alone says that the scale is a ratio scale.
	for _, unit := range []string{
		"yuan", "cny", "rmb", "usd", "dollar", "dollars", "eur", "euro", "euros", "gbp", "pounds", "jpy", "yen", "inr",
		"rupee", "rupees", "peso", "pesos", "baht", "dong", "rupiah", "shilling", "shillings", "naira", "rand", "dirham", "money", "currency",
		"years", "months", "weeks", "days", "hours", "minutes", "seconds", "km", "kilometres", "metres", "m", "cm",
		"kg", "kilograms", "tonnes", "g", "ha", "hectares", "mu", "acres", "litres", "persons", "people", "households",
	} {
		add(meaning{kind: TypeNumber, level: Ratio, unit: unit}, unit)
	}
	return words
}()

// meaningExamples are the words offered to somebody whose word is not known.
var meaningExamples = []string{
	"text", "number", "integer", "nominal", "binary", "ordinal", "likert", "interval", "score",
	"ratio", "count", "percent", "share", "yuan", "years",
}

var pointScale = regexp.MustCompile(`^(?:likert )?\d{1,2} ?(?:point|points|pt)?(?: likert| rating)?(?: scale)?$`)

// lookUpMeaning understands one word of the type or scale column, also with a
// number of points ("5-point Likert") and with a remark in parentheses.
func lookUpMeaning(text string) (meaning, bool) {
	folded := foldHeading(text)
	if i := strings.IndexByte(folded, '('); i > 0 {
		folded = strings.TrimSpace(folded[:i])
	}
	if m, ok := meanings[folded]; ok {
		return m, true
	}
	if pointScale.MatchString(folded) {
		return meanings["likert"], true
	}
	return meaning{}, false
}

// roleWords are the words for what a column is for.
var roleWords = map[string]Role{
	"id": RoleID, "identifier": RoleID, "key": RoleID, "respondent id": RoleID, "case id": RoleID, "respondent": RoleID,
	"weight": RoleWeight, "weights": RoleWeight, "sampling weight": RoleWeight, "survey weight": RoleWeight, "wgt": RoleWeight,
	"cluster": RoleCluster, "clusters": RoleCluster, "psu": RoleCluster, "primary sampling unit": RoleCluster,
	"strata": RoleStrata, "stratum": RoleStrata, "stratification": RoleStrata,
	"group": RoleGroup, "groups": RoleGroup, "grouping": RoleGroup, "segment": RoleGroup, "treatment": RoleGroup,
	"wave": RoleWave, "round": RoleWave, "period": RoleWave, "time point": RoleWave,
	"none": RoleNone, "variable": RoleNone, "item": RoleNone, "indicator": RoleNone,
}

// nonAnswers are labels that say that a person gave no answer. The longer ones
// count wherever they stand in the label, the short ones only alone.
var (
	nonAnswerPhrases = []string{
		"refused", "refusal", "refuse to", "don't know", "dont know", "do not know", "no answer", "not answered",
		"no response", "not applicable", "not asked", "prefer not to", "not stated", "declined", "not ascertained",
	}
	nonAnswerWords = map[string]bool{"dk": true, "na": true, "n/a": true, "nr": true, "unknown": true, "skipped": true, "skip": true, "no data": true}
	missingWord    = regexp.MustCompile(`(?i)\bmissing\b`)
)

func isNonAnswer(label string) bool {
	folded := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(label), "’", "'"))
	if nonAnswerWords[folded] {
		return true
	}
	for _, p := range nonAnswerPhrases {
		if strings.Contains(folded, p) {
			return true
		}
	}
	return false
}
