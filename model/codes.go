package model

import "plumb/finding"

// The findings of a model text. All are errors but for those that say
// otherwise.
const (
	// CodeEmptyModel: the text holds no line of a model. Smallest example:
	// "# nothing yet".
	CodeEmptyModel finding.Code = "empty-model"
	// CodeNotModel: the text is something else than a model. Smallest example:
	// five lines of a CSV file.
	CodeNotModel finding.Code = "not-a-model"
	// CodeModelTooLarge: a limit of this package is passed (MaxText,
	// MaxConstructs, MaxIndicators, MaxPaths, MaxParts). Smallest example: 600 lines
	// "X1 =~ a1" to "X600 =~ a600".
	CodeModelTooLarge finding.Code = "model-too-large"
	// CodeNotUTF8: the bytes are no UTF-8 text. Smallest example: "X\xff =~ a".
	CodeNotUTF8 finding.Code = "model-not-utf8"
	// CodeSyntax: something else stands where the grammar wants a name, an
	// operator or the end of the line. Smallest example: "X =~ a b".
	CodeSyntax finding.Code = "syntax"
	// CodeArrow: a path is drawn as an arrow. Smallest example: "X -> Y".
	CodeArrow finding.Code = "arrow"
	// CodeCovariance: lavaan's (co)variance operator. Smallest example: "X ~~ Y".
	CodeCovariance finding.Code = "covariance"
	// CodeIntercept: lavaan's intercept. Smallest example: "Y ~ 1".
	CodeIntercept finding.Code = "intercept"
	// CodeModifier: lavaan's label, fixed value or starting value before a
	// name. Smallest example: "X =~ 1*a".
	CodeModifier finding.Code = "modifier"
	// CodeDefinition: lavaan's defined parameter or constraint. Smallest
	// example: "ind := a*b".
	CodeDefinition finding.Code = "definition"
	// CodeUnusableName: a name that cannot stand where it stands: empty, too
	// long, with control characters, or a construct's name with a colon.
	// Smallest example: "`` =~ a".
	CodeUnusableName finding.Code = "unusable-name"
	// CodeReservedWord: a word that means something to lavaan or R stands as a
	// name without back quotes. Smallest example: "NA =~ a".
	CodeReservedWord finding.Code = "reserved-word"
	// CodeModeConflict: two lines of one construct ask for different modes.
	// Smallest example: "X =~ a [A]; X =~ b [B]".
	CodeModeConflict finding.Code = "mode-conflict"
	// CodeKindConflict: one construct is measured with =~ and with <~.
	// Smallest example: "X =~ a; X <~ b".
	CodeKindConflict finding.Code = "kind-conflict"
	// CodeDuplicateConstruct: a model built by hand names two constructs
	// alike. A text cannot: its lines merge. Smallest example:
	// Constructs: {{Name: "X"}, {Name: "X"}}.
	CodeDuplicateConstruct finding.Code = "duplicate-construct"
	// CodeNoIndicators: nothing stands on the right of =~ or <~. Smallest
	// example: "X =~".
	CodeNoIndicators finding.Code = "no-indicators"
	// CodeUnknownConstruct: a path names something that is not measured.
	// Smallest example: "X =~ a; Y ~ X".
	CodeUnknownConstruct finding.Code = "unknown-construct"
	// CodeInteractionComponent: an interaction names something that is not a
	// construct. Smallest example: "X =~ a; Y =~ b; Y ~ X + X:c".
	CodeInteractionComponent finding.Code = "interaction-component"
	// CodeInteractionAlone (warning): an interaction without the paths of its
	// parts. Smallest example: "X =~ a; M =~ b; Y =~ c; Y ~ X + X:M".
	CodeInteractionAlone finding.Code = "interaction-alone"
	// CodeIndicatorTwice: an indicator, or a part of a higher-order construct,
	// is used twice. Smallest example: "X =~ a + a".
	CodeIndicatorTwice finding.Code = "indicator-twice"
	// CodeConstructIsIndicator: one name is a construct and an indicator.
	// Smallest example: "age =~ age".
	CodeConstructIsIndicator finding.Code = "construct-is-indicator"
	// CodeHigherOrderLoop: a higher-order construct is made of itself.
	// Smallest example: "H =~ H + X; X =~ a".
	CodeHigherOrderLoop finding.Code = "higher-order-loop"
	// CodePathToPart: a path joins a higher-order construct and one of its own
	// parts. Smallest example: "X =~ a; Y =~ b; H =~ X + Y; H ~ X".
	CodePathToPart finding.Code = "path-to-part"
	// CodeCycle: paths lead back to where they started. Smallest example:
	// "X =~ a; Y =~ b; Y ~ X; X ~ Y".
	CodeCycle finding.Code = "cycle"
	// CodeSelfPath: a path from a construct to itself. Smallest example:
	// "X =~ a; X ~ X".
	CodeSelfPath finding.Code = "self-path"
	// CodeDuplicatePath (warning): a path stands twice; it counts once.
	// Smallest example: "X =~ a; Y =~ b; Y ~ X + X".
	CodeDuplicatePath finding.Code = "duplicate-path"
	// CodeNoPaths: the model measures constructs and joins none. Smallest
	// example: "X =~ a + b".
	CodeNoPaths finding.Code = "no-paths"
	// CodeIsolated: a construct has no path while others do. Smallest example:
	// "X =~ a; Y =~ b; Z =~ c; Y ~ X".
	CodeIsolated finding.Code = "isolated-construct"
	// CodeDisconnected (info): the model falls into parts without a path
	// between them. Smallest example: "A =~ a; B =~ b; C =~ c; D =~ d; B ~ A; D ~ C".
	CodeDisconnected finding.Code = "disconnected-model"
	// CodeUnknownColumn: an indicator is not a column of the data. Smallest
	// example: "X =~ OS9" on data with OS1 to OS3.
	CodeUnknownColumn finding.Code = "unknown-column"
	// CodeMoreFindings (info): the list was cut after MaxFindings. Smallest
	// example: a thousand lines X =~ a b.
	CodeMoreFindings finding.Code = "more-findings"
)

// Limits that keep any text, sensible or not, quick to check. Models of
// research stay far below them.
const (
	MaxText       = 256 << 10 // bytes
	MaxConstructs = 500
	MaxIndicators = 10_000 // parts of higher-order constructs included
	MaxPaths      = 10_000
	MaxName       = 200 // characters
	MaxParts      = 8   // of an interaction
	MaxFindings   = 100
)
