package lanes

// fastest is what this machine runs best.
var fastest = available()[0]

// available lists what this machine can run, the fastest first.
func available() []*kernels { return append(native(), &plain) }
