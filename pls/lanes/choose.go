package lanes

// fastest is what this machine runs best.
var fastest = &plain

// available is all that this machine runs, plain first.
func available() []*kernels { return []*kernels{&plain} }
